import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../core/observation.ts'
import { compareOrder, type Signal } from '../../../core/signal.ts'
import { aDevice, aReading, at, engineOf, ruleOf } from './play.ts'

const ABOVE_5 = 'kind: threshold, where: { metric: v }, above: 5, severity: major'
const brief = (signals: Signal[]) =>
  signals.map(({ state, atMs, historical }) => [historical ? `${state}, history` : state, (atMs - at(0)) / 1000])

/** Judges readings of v: [second, value, second of arrival (the same unless said)]. */
function judged(rule: string, readings: [second: number, value: number, arrival?: number][], endS?: number) {
  const engine = engineOf(ruleOf(rule))
  const signals = readings.flatMap(([second, v, arrival = second], index) =>
    engine.observe(aReading(index + 1, second, { v }, { arrival })),
  )
  return brief([...signals, ...(endS === undefined ? [] : engine.advance(at(endS)))])
}

describe('a sample that comes late, within the tolerance', () => {
  it('is judged in its place: a delay that it interrupts did not run out', () => {
    const rule = `${ABOVE_5}, onDelay: 10s`
    const inOrder = judged(rule, [
      [0, 6],
      [4, 1],
      [6, 6],
      [15, 6],
      [17, 6],
    ])
    const late = judged(rule, [
      [0, 6],
      [6, 6],
      [4, 1, 7],
      [15, 6],
      [17, 6],
    ])

    expect(inOrder).toEqual([
      ['active', 16],
      ['active', 17],
    ])
    expect(late).toEqual(inOrder)
  })

  it('ends what it shows to be over, though newer samples had not', () => {
    const rule = 'kind: rate, where: { metric: v }, above: 1, per: 1s, window: 4s, severity: minor'
    const signals = judged(rule, [
      [0, 0],
      [6, 9],
      [2, 9, 7],
      [8, 9],
    ])

    expect(signals).toEqual([
      ['active', 6],
      ['cleared', 6],
    ])
  })

  it('raises what would have been raised', () => {
    const rule = `${ABOVE_5}, repeat: { count: 3, of: 4 }`
    expect(
      judged(rule, [
        [0, 6],
        [2, 6],
        [3, 1],
        [1, 6, 4],
      ]),
    ).toEqual([['active', 3]])
  })

  it('changes nothing when there is already one of that time', () => {
    expect(
      judged(ABOVE_5, [
        [0, 1],
        [1, 1],
        [2, 1],
        [1, 9, 3],
      ]),
    ).toEqual([])
  })

  it('is found among many, as long as no more than some hundred came within the tolerance', () => {
    const engine = engineOf(ruleOf(`${ABOVE_5}, repeat: { count: 2, of: 100 }`))
    for (let i = 0; i < 500; i++) engine.observe(aReading(i + 1, i / 10, { v: i === 499 ? 6 : 1 }))

    expect(brief(engine.observe(aReading(501, 46.05, { v: 6 }, { arrival: 50 })))).toEqual([['active', 49.9]])
  })
})

describe('a sample that comes too late', () => {
  it('is judged as history, beside the live state, which it does not touch', () => {
    const signals = judged(ABOVE_5, [
      [0, 1],
      [3600, 1],
      [1200, 6, 3601],
      [1260, 6, 3602],
      [1320, 1, 3603],
      [3660, 1],
    ])

    expect(signals).toEqual([
      ['active, history', 1200],
      ['cleared, history', 1320],
    ])
  })

  it('does not end what is live', () => {
    expect(
      judged(ABOVE_5, [
        [0, 1],
        [3600, 6],
        [1200, 1, 3601],
      ]),
    ).toEqual([['active', 3600]])
  })

  it('is history that ends when nothing old has come for ten minutes', () => {
    const signals = judged(
      ABOVE_5,
      [
        [0, 1],
        [3600, 1],
        [1200, 6, 3601],
      ],
      4300,
    )
    expect(signals).toEqual([
      ['active, history', 1200],
      ['cleared, history', 1200],
    ])
  })

  it('is history that goes on after a restart, of rules by type of device too', () => {
    const rules = ruleOf(`${ABOVE_5.replace('metric: v', 'type: thermometer, metric: v')}`)
    const before = engineOf(rules)
    before.observe(aReading(1, 0, { v: 1 }))
    before.observe(aReading(2, -3600, { v: 6 }, { arrival: 1 }))

    const after = engineOf(rules, [aDevice()], JSON.parse(JSON.stringify(before.snapshot())))

    expect(brief(after.observe(aReading(3, -3599, { v: 1 }, { arrival: 2 })))).toEqual([['cleared, history', -3599]])
  })

  it('has its own place in the order where one message tells both', () => {
    const engine = engineOf(ruleOf(ABOVE_5))
    engine.observe(aReading(1, -1300, { v: 0 }, { arrival: 0 }))
    const samples = [-1360.5, -1299].map((second) => ({ metric: 'v', atMs: at(second), value: 6 }))

    const signals = engine.observe({ ...(aReading(2, 0, {}) as Observation & { kind: 'readings' }), samples })

    expect(brief(signals)).toEqual([
      ['active, history', -1360.5],
      ['active, history', -1299],
    ])
    expect(compareOrder(signals[0]!.order, signals[1]!.order)).toBeLessThan(0)
  })

  it('begins a history anew when it goes back in time', () => {
    const signals = judged(ABOVE_5, [
      [0, 1],
      [3600, 1],
      [1200, 6, 3601],
      [600, 6, 3602],
    ])
    expect(signals.map(([state]) => state)).toEqual(['active, history', 'cleared, history', 'active, history'])
  })
})

describe('what a device kept while it was cut off', () => {
  const cutOff: [number, number, number?][] = [[0, 1]]
  const backlog: [number, number, number?][] = [
    [60, 1, 7200],
    [120, 6, 7200.1],
    [180, 6, 7200.2],
    [240, 1, 7200.3],
  ]

  it('is history, in order, and leaves nothing live', () => {
    expect(judged(ABOVE_5, [...cutOff, ...backlog, [7201, 1]])).toEqual([
      ['active, history', 120],
      ['cleared, history', 240],
    ])
  })

  it('becomes live when it lasts until now', () => {
    expect(judged(ABOVE_5, [...cutOff, ...backlog.slice(0, 3), [7201, 6]])).toEqual([
      ['active, history', 120],
      ['cleared, history', 7201],
      ['active', 7201],
    ])
  })

  it('ends an alert that people saw open: they are told', () => {
    expect(judged(ABOVE_5, [[0, 6], ...backlog])).toEqual([
      ['active', 0],
      ['cleared', 60],
      ['active, history', 120],
      ['cleared, history', 240],
    ])
  })
})

describe('a wrong clock', () => {
  const clock = 'kind: threshold, where: { metric: $clock_s }, outside: [-60, 60], severity: warning'
  const hours = (reading: Observation, ms: number): Observation =>
    reading.kind === 'readings'
      ? { ...reading, samples: reading.samples.map((sample) => ({ ...sample, atMs: sample.atMs + ms })) }
      : reading

  it('that is behind is recognised by its third message, and judged by arrival from then on', () => {
    const engine = engineOf(ruleOf(ABOVE_5))
    const signals = [0, 60, 120, 180].map((second, index) =>
      engine.observe(hours(aReading(index + 1, second, { v: 6 }), -8 * 3_600_000)),
    )

    expect(signals.map((one) => brief(one).map(([state]) => state))).toEqual([
      ['active, history'],
      [],
      ['cleared, history', 'active'],
      ['active'],
    ])
    expect(signals[2]!.at(-1)!.atMs).toBe(at(120))
  })

  it('is not suspected of a device that reads out its memory', () => {
    const engine = engineOf(ruleOf(ABOVE_5))
    const old = Array.from({ length: 50 }, (_, i) => hours(aReading(i + 1, i, { v: 6 }), -8 * 3_600_000 + i * 60_000))
    expect(old.flatMap((reading) => engine.observe(reading)).every(({ historical }) => historical)).toBe(true)
  })

  it('is a value that rules can judge', () => {
    const engine = engineOf(ruleOf(clock))
    expect(engine.observe(aReading(1, 0, { v: 1 }))).toEqual([])
    const [signal] = engine.observe(hours(aReading(2, 60, { v: 1 }), 120_000))
    expect(signal).toMatchObject({ state: 'active', subject: { metric: '$clock_s' }, reason: { value: 120 } })
    expect(brief(engine.observe(aReading(3, 120, { v: 1 })))).toEqual([['cleared', 120]])
  })

  it('that is set right is believed at once', () => {
    const engine = engineOf(ruleOf(ABOVE_5))
    for (const index of [0, 1, 2, 3]) engine.observe(hours(aReading(index + 1, index * 60, { v: 1 }), -8 * 3_600_000))

    expect(brief(engine.observe(aReading(5, 239, { v: 6 }, { arrival: 240 })))).toEqual([['active', 239]])
  })

  it('of one device disturbs no other', () => {
    const engine = engineOf(ruleOf(ABOVE_5), [aDevice(), aDevice({ id: 'd2' })])
    engine.observe(aReading(1, 86_400, { v: 6 }, { arrival: 0 }))
    expect(brief(engine.observe(aReading(2, 1, { v: 6 }, { device: 'd2' })))).toEqual([['active', 1]])
  })
})

describe('what the engine counts itself', () => {
  const missing = 'kind: threshold, where: { metric: $missing }, above: 2, severity: warning'
  const numbered = (numbers: number[]) => {
    const engine = engineOf(ruleOf(missing))
    return numbers.map((messageSeq, i) => engine.observe(aReading(i + 1, i, { v: i }, { messageSeq }))[0]?.reason.value)
  }

  it('is how many messages are missing', () => {
    expect(numbered([7, 8, 12, 13])).toEqual([undefined, undefined, 3, 0])
  })

  it('is nothing when a device counts anew', () => {
    expect(numbered([70, 0, 1])).toEqual([undefined, undefined, undefined])
  })

  it('is whether a device is there', () => {
    const engine = engineOf(
      ruleOf('kind: threshold, where: { metric: $online }, below: 1, onDelay: 60s, severity: minor'),
    )
    engine.observe({ kind: 'status', seq: 1, arrivalMs: at(0), deviceId: 'd1', online: false, atMs: at(0) })
    expect(brief(engine.advance(at(59)))).toEqual([])
    expect(brief(engine.advance(at(60)))).toEqual([['active', 60]])
  })

  it('is not what a pattern means', () => {
    const engine = engineOf(ruleOf("kind: threshold, where: { metric: '*' }, above: -1000, severity: minor"))
    expect(engine.observe(aReading(1, 0, { v: 1 }, { messageSeq: 4 })).map(({ subject }) => subject.metric)).toEqual([
      'v',
    ])
  })
})
