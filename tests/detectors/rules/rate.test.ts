import { expect, it } from 'vitest'
import { aReading, at, engineOf, play, ruleOf } from './play.ts'

const RATE = 'kind: rate, where: { metric: v }, per: 1s, window: 2s, severity: major'

it.each([
  {
    title: 'says nothing before it has seen a whole window',
    rule: `${RATE}, above: 1, direction: rising`,
    track: '0369',
    fires: '--22',
  },
  {
    title: 'judges a rise by the change over the window',
    rule: `${RATE}, above: 1, direction: rising`,
    track: '00012468999',
    fires: '-----2222--',
  },
  {
    title: 'lets a fall pass when it looks for a rise',
    rule: `${RATE}, above: 1, direction: rising`,
    track: '9876420',
    fires: '-------',
  },
  {
    title: 'judges a fall when it looks for one',
    rule: `${RATE}, above: 1, direction: falling`,
    track: '9998642000',
    fires: '----2222--',
  },
  {
    title: 'judges both directions when none is named',
    rule: `${RATE}, above: 1`,
    track: '00369999630',
    fires: '--2222--222',
  },
  {
    title: 'knows nothing after a gap of more than two windows, and keeps what it said',
    rule: `${RATE}, above: 1`,
    track: '0369     9999',
    fires: '--222222222--',
  },
])('$title', ({ rule, track, fires }) => {
  expect(play(ruleOf(rule), track)).toBe(fires)
})

it('gives a falling rate and its limit their sign', () => {
  const engine = engineOf(
    ruleOf('kind: rate, where: { metric: v }, per: 1m, window: 2m, above: 3, unit: m/min, severity: major'),
  )
  engine.observe(aReading(1, 0, { v: 50 }))

  const signals = engine.observe(aReading(2, 120, { v: 40 }))

  expect(signals.map(({ reason }) => reason)).toEqual([
    { code: 'falling', metric: 'v', value: -5, limit: -3, unit: 'm/min' },
  ])
})

it('steps through severities', () => {
  const rules = ruleOf('kind: rate, where: { metric: v }, per: 1s, window: 1s, severities: { warning: 1, critical: 3 }')

  expect(play(rules, '0026999')).toBe('--414--')
})

it('keeps a bounded memory however densely a device samples', () => {
  const engine = engineOf(ruleOf('kind: rate, where: { metric: v }, per: 1s, window: 100s, above: 5, severity: major'))
  for (let i = 0; i < 5000; i++) engine.observe(aReading(i + 1, i * 0.1, { v: i * 0.1 }))

  const { samples } = engine.snapshot() as { samples: { memory: number[] }[] }

  expect(samples[0]!.memory.length).toBeGreaterThan(100)
  expect(samples[0]!.memory.length).toBeLessThanOrEqual(2 * 67)
  expect(engine.advance(at(1000))).toEqual([])
})
