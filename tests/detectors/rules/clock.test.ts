import { expect, it } from 'vitest'
import { aReading, at, engineOf, objectionsTo, ruleOf } from './play.ts'

/** Plays one message every ten seconds by how far the device's clock is ahead; gives what was said. */
function told(rule: string, aheadS: number[]) {
  const engine = engineOf(ruleOf(rule))
  return aheadS
    .flatMap((ahead, i) => engine.observe(aReading(i + 1, 10 * i + ahead, { v: i }, { arrival: 10 * i })))
    .filter(({ state }, i, all) => state !== all[i - 1]?.state)
    .map(({ state, severity, atMs, reason }) => [state, severity, (atMs - at(0)) / 1000, reason])
}

it('tells a clock that is ahead at once, and that it was set right', () => {
  expect(told('kind: clock', [0, 59, 3600, 3600, 2])).toEqual([
    ['active', 'warning', 20, { code: 'clock_ahead', metric: '$clock_s', value: 3600, limit: 60, unit: 's' }],
    ['cleared', 'warning', 40, { code: 'normal', metric: '$clock_s', value: 2, limit: 60, unit: 's' }],
  ])
})

it('tells a clock that is behind when that is certain', () => {
  expect(told('kind: clock, severity: minor', [0, -3600, -3600, -3600, -3600])).toEqual([
    ['active', 'minor', 30, { code: 'clock_behind', metric: '$clock_s', value: -3600, limit: -120, unit: 's' }],
  ])
})

it('does not take a backlog for a clock that is behind', () => {
  expect(told('kind: clock', [0, -3600, -3000, -2400, -1800, -1200, -600, 0])).toEqual([])
})

it('has limits of its own for both sides', () => {
  expect(told('kind: clock, ahead: 5s, behind: 1d', [4, -3600, -3600, -3600, 6])).toEqual([
    ['active', 'warning', 40, { code: 'clock_ahead', metric: '$clock_s', value: 6, limit: 5, unit: 's' }],
  ])
})

it('needs limits above nothing', () => {
  expect(objectionsTo('kind: clock, ahead: 0s')).toEqual(['ahead must be longer than nothing'])
})
