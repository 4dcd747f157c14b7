import { expect, it } from 'vitest'
import { aReading, at, engineOf, objectionsTo, ruleOf } from './play.ts'

const GAP = 'kind: sequence-gap, within: 10s'

/** Plays messages by their numbers, one a second; gives what was said with its second and how many were missing. */
function told(rule: string, numbers: (number | null)[]): [state: string, second: number, missing?: number][] {
  const engine = engineOf(ruleOf(rule))
  const signals = numbers.flatMap((messageSeq, second) =>
    engine.observe(aReading(second + 1, second, { v: second }, { messageSeq: messageSeq ?? undefined } as object)),
  )
  signals.push(...engine.advance(at(3600)))
  return signals.map(({ state, atMs, reason }) => [state, (atMs - at(0)) / 1000, reason.value!])
}

it('holds while too many messages are missing, and ends by time alone', () => {
  expect(told(`${GAP}, above: 3, severity: minor`, [1, 2, 5, 6, 9, 10])).toEqual([
    ['active', 4, 4],
    ['active', 5, 4],
    ['cleared', 12.001, 2],
  ])
})

it('does not count what was only overtaken on its way', () => {
  expect(told(`${GAP}, above: 1, severity: minor`, [10, 13, 11, 12, 14])).toEqual([
    ['active', 1, 2],
    ['cleared', 2, 1],
  ])
})

it('says nothing of devices that send no numbers, nor of one that counts anew', () => {
  expect(told(`${GAP}, above: 0, severity: minor`, [null, null, null])).toEqual([])
  expect(told(`${GAP}, above: 0, severity: minor`, [7, 8, 0, 1])).toEqual([])
})

it('is worse the more are missing', () => {
  const engine = engineOf(ruleOf(`${GAP}, severities: { warning: 1, major: 10 }`))
  engine.observe(aReading(1, 0, { v: 1 }, { messageSeq: 1 }))
  const [first] = engine.observe(aReading(2, 1, { v: 2 }, { messageSeq: 6 }))
  const [second] = engine.observe(aReading(3, 2, { v: 3 }, { messageSeq: 20 }))

  expect([first?.severity, second?.severity]).toEqual(['warning', 'major'])
  expect(second?.reason).toEqual({ code: 'missing', metric: '$missing', value: 17, limit: 10, params: { windowS: 10 } })
})

it('keeps nothing of messages that came in their turn', () => {
  const engine = engineOf(ruleOf(`${GAP}, above: 3, severity: minor`))
  for (let i = 0; i < 100; i++) engine.observe(aReading(i + 1, i, { v: i }, { messageSeq: i }))
  expect((engine.snapshot() as { samples: unknown[] }).samples).toEqual([])
})

it('needs a span of time', () => {
  expect(objectionsTo('kind: sequence-gap, within: 0s, above: 1, severity: minor')).toEqual([
    'within must be longer than nothing',
  ])
})
