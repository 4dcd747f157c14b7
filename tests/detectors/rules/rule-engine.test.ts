import { describe, expect, it } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { compareOrder } from '../../../core/signal.ts'
import { aDevice, aReading, at, engineOf, ruleOf, rulesOf } from './play.ts'

const ABOVE_5 = ruleOf('kind: threshold, where: { metric: v }, above: 5, severity: major')
const ABOVE_7 = ruleOf('kind: threshold, where: { metric: v }, above: 7, severity: major')

describe('which devices a rule is about', () => {
  const devices = [
    aDevice({ id: 'smoke-1', type: 'smoke-detector', place: '东园路45号' }),
    aDevice({ id: 'smoke-2', type: 'smoke-detector', place: '西园路1号' }),
    aDevice({ id: 'heat-1', type: 'thermometer', place: '东园路45号' }),
    aDevice({ id: 'heat-2', type: 'thermometer' }),
  ]
  it.each([
    { where: '{ metric: v }', meant: ['smoke-1', 'smoke-2', 'heat-1', 'heat-2', 'stranger'] },
    { where: '{ metric: v, type: smoke-detector }', meant: ['smoke-1', 'smoke-2'] },
    { where: "{ metric: v, place: '东园*' }", meant: ['smoke-1', 'heat-1'] },
    { where: "{ metric: v, device: ['*-1', stran?er] }", meant: ['smoke-1', 'heat-1', 'stranger'] },
    { where: "{ metric: 'v*', type: [smoke-detector, boiler], place: '西*' }", meant: ['smoke-2'] },
    { where: '{ metric: w }', meant: [] },
  ])('$where', ({ where, meant }) => {
    const engine = engineOf(ruleOf(`kind: threshold, where: ${where}, above: 5, severity: major`), devices)
    const ids = [...devices.map(({ id }) => id), 'stranger']

    const signals = ids.flatMap((device, index) => engine.observe(aReading(index + 1, index, { v: 6 }, { device })))

    expect(signals.map(({ subject }) => subject.device)).toEqual(meant)
  })

  it('applies rules by type to a device that the registry learns of later', () => {
    const known = [] as ReturnType<typeof aDevice>[]
    const engine = engineOf(
      ruleOf('kind: threshold, where: { type: boiler, metric: v }, above: 5, severity: major'),
      known,
    )
    expect(engine.observe(aReading(1, 0, { v: 6 }))).toEqual([])
    known.push(aDevice({ type: 'boiler', position: { lat: 31, lon: 120 } }))

    const signals = engine.observe(aReading(2, 1, { v: 6 }))

    expect(signals).toMatchObject([{ state: 'active', position: { lat: 31, lon: 120 } }])
  })
})

describe('the same message again', () => {
  const judged = (...observations: Parameters<ReturnType<typeof engineOf>['observe']>[0][]) => {
    const engine = engineOf(ABOVE_5)
    return observations.map((observation) => engine.observe(observation).length)
  }

  it('is not judged twice, with a number or without', () => {
    expect(
      judged(aReading(1, 0, { v: 6 }, { messageSeq: 4 }), aReading(2, 0, { v: 6 }, { messageSeq: 4, arrival: 1 })),
    ).toEqual([1, 0])
    expect(judged(aReading(1, 0, { v: 6 }), aReading(2, 0, { v: 6 }, { arrival: 1 }))).toEqual([1, 0])
  })

  it('is not judged twice even when the clock of the device is far ahead', () => {
    expect(judged(aReading(1, 7200, { v: 6 }, { arrival: 0 }), aReading(2, 7200, { v: 6 }, { arrival: 5 }))).toEqual([
      1, 0,
    ])
  })

  it('is not what a restarted device sends: its numbers begin anew, its times do not', () => {
    expect(judged(aReading(1, 0, { v: 6 }, { messageSeq: 0 }), aReading(2, 60, { v: 6 }, { messageSeq: 0 }))).toEqual([
      1, 1,
    ])
  })

  it('is recognised after a restart of ours', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(1, 7200, { v: 6 }, { arrival: 0 }))
    const restored = engineOf(ABOVE_5, [aDevice()], JSON.parse(JSON.stringify(engine.snapshot())))

    expect(restored.observe(aReading(2, 7200, { v: 6 }, { arrival: 5 }))).toEqual([])
  })
})

describe('time', () => {
  it('passes by samples that are not newer than the last of their metric', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(1, 10, { v: 6 }))

    const late = engine.observe(aReading(2, 9, { v: 0 }, { arrival: 11 }))
    const otherMetric = engine.observe(aReading(3, 10, { v: 0, w: 1 }, { arrival: 12 }))
    const newer = engine.observe(aReading(4, 13, { v: 0 }))

    expect([late, otherMetric, newer.map(({ state }) => state)]).toEqual([[], [], ['cleared']])
  })

  it('judges a clock that is more than ten minutes ahead at arrival, and honest readings after it', () => {
    const engine = engineOf(ABOVE_5)

    const lying = engine.observe(aReading(1, 86_400, { v: 6 }, { arrival: 10 }))
    const honest = engine.observe(aReading(2, 11, { v: 0 }))

    expect(lying).toMatchObject([{ state: 'active', atMs: at(10) }])
    expect(honest).toMatchObject([{ state: 'cleared', atMs: at(11) }])
  })

  it('keeps the intervals of a lying clock within one message', () => {
    const engine = engineOf(ruleOf('kind: threshold, where: { metric: v }, above: 5, onDelay: 20s, severity: major'))
    const samples = [86_400, 86_420].map((second) => ({ metric: 'v', atMs: at(second), value: 6 }))

    const signals = engine.observe({
      kind: 'readings',
      seq: 1,
      arrivalMs: at(100),
      deviceId: 'd1',
      messageSeq: null,
      samples,
    })

    expect(signals).toMatchObject([{ state: 'active', atMs: at(100) }])
  })

  it('is not disturbed in other devices by a device whose clock lies', () => {
    const engine = engineOf(ABOVE_5, [aDevice(), aDevice({ id: 'd2' })])
    engine.observe(aReading(1, 86_400, { v: 6 }, { arrival: 0 }))

    const others = engine.observe(aReading(2, 1, { v: 6 }, { device: 'd2' }))

    expect(others).toMatchObject([{ subject: { device: 'd2' }, atMs: at(1) }])
  })

  it('judges the samples of a message in the order of their times', () => {
    const engine = engineOf(ABOVE_5)
    const samples = [2, 0, 1].map((second) => ({ metric: 'v', atMs: at(second), value: second === 1 ? 9 : 1 }))

    const signals = engine.observe({
      kind: 'readings',
      seq: 1,
      arrivalMs: at(2),
      deviceId: 'd1',
      messageSeq: null,
      samples,
    })

    expect(signals.map(({ state, atMs }) => [state, atMs])).toEqual([
      ['active', at(1)],
      ['cleared', at(2)],
    ])
    expect(compareOrder(signals[0]!.order, signals[1]!.order)).toBeLessThan(0)
  })

  it('confirms a condition once per message, with the newest value', () => {
    const engine = engineOf(ABOVE_5)
    const samples = [0, 1, 2].map((second) => ({ metric: 'v', atMs: at(second), value: 6 + second }))

    const signals = engine.observe({
      kind: 'readings',
      seq: 1,
      arrivalMs: at(2),
      deviceId: 'd1',
      messageSeq: null,
      samples,
    })

    expect(signals.map(({ state, reason }) => [state, reason.value])).toEqual([['active', 8]])
  })

  it('tells what a delay decided before what the next observation says', () => {
    const engine = engineOf(ruleOf('kind: threshold, where: { metric: v }, above: 5, onDelay: 3s, severity: major'))
    engine.observe(aReading(1, 0, { v: 6 }))

    const signals = engine.observe(aReading(2, 10, { v: 0 }))

    expect(signals.map(({ state, order }) => [state, order])).toEqual([
      ['active', { seq: 1, clockMs: at(3) }],
      ['cleared', { seq: 2, clockMs: at(10) }],
    ])
  })

  it('passes by observations that were judged before', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(5, 10, { v: 6 }))

    expect(engine.observe(aReading(5, 20, { v: 6 }))).toEqual([])
  })
})

describe('a change of rules', () => {
  const twoRules = (limit: number) =>
    rulesOf(`
rules:
  - { id: a, title: { zh: 甲, en: A }, category: other, kind: threshold, where: { metric: v }, above: 5, severity: major }
  - { id: b, title: { zh: 乙, en: B }, category: other, kind: threshold, where: { metric: v }, above: ${limit}, severity: minor }
`)

  it('clears what changed rules had firing, keeps the others, and lets the changed ones begin afresh', () => {
    const engine = engineOf(twoRules(3))
    const [raised] = engine.observe(aReading(1, 0, { v: 6 }))

    const cleared = engine.replaceRules(twoRules(4))

    expect(cleared).toMatchObject([
      {
        rule: 'b',
        state: 'cleared',
        severity: 'minor',
        subject: { device: 'd1', metric: 'v' },
        reason: { code: 'rule_changed' },
      },
    ])
    expect(compareOrder(raised!.order, cleared[0]!.order)).toBeLessThan(0)
    expect(engine.firing()).toEqual([{ rule: 'a', subject: { device: 'd1', metric: 'v' } }])
    expect(engine.observe(aReading(2, 1, { v: 6 })).map(({ rule, state }) => [rule, state])).toEqual([
      ['a', 'active'],
      ['b', 'active'],
    ])
  })

  it('clears what removed rules had firing', () => {
    const engine = engineOf(twoRules(3))
    engine.observe(aReading(1, 0, { v: 6 }))

    const cleared = engine.replaceRules(rulesOf('rules: []'))

    expect(cleared.map(({ rule, ruleTitle, reason }) => [rule, ruleTitle.en, reason.code])).toEqual([
      ['a', 'A', 'rule_removed'],
      ['b', 'B', 'rule_removed'],
    ])
    expect(engine.advance(at(10))).toEqual([])
  })

  it('leaves pending delays of unchanged rules running', () => {
    const pending = (extra: string) =>
      rulesOf(`
rules:
  - { id: a, title: { zh: 甲, en: A }, category: other, kind: threshold, where: { metric: v }, above: 5, onDelay: 10s, severity: major }
${extra}`)
    const engine = engineOf(pending(''))
    engine.observe(aReading(1, 0, { v: 6 }))

    const cleared = engine.replaceRules(
      pending('  - { id: z, title: { zh: 新, en: New }, category: other, kind: no-data, after: 1h, severity: minor }'),
    )

    expect(cleared).toEqual([])
    expect(engine.advance(at(10))).toMatchObject([{ rule: 'a', state: 'active', atMs: at(10) }])
  })

  it('lets a new no-data rule know how long a device has been silent', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(1, 0, { v: 1 }))
    engine.advance(at(30))

    engine.replaceRules(ruleOf('kind: no-data, after: 40s, severity: minor'))
    expect(engine.nextDueMs()).toBe(at(40))
    engine.replaceRules(ruleOf('kind: no-data, after: 20s, severity: minor'))

    expect(engine.advance(at(31)).map(({ state, order }) => [state, order.clockMs > at(30)])).toEqual([
      ['active', true],
    ])
  })

  it('while the service was down clears at the first advance what the old rule had firing', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(1, 0, { v: 6 }))
    const restored = engineOf(ABOVE_7, [aDevice()], JSON.parse(JSON.stringify(engine.snapshot())))

    const replayed = restored.observe(aReading(2, 1, { v: 6 }))

    expect(replayed).toEqual([])
    expect(restored.nextDueMs()).toBe(at(1))
    expect(restored.advance(at(1))).toMatchObject([
      { state: 'cleared', order: { seq: 2 }, reason: { code: 'rule_changed' } },
    ])
    expect(restored.advance(at(2))).toEqual([])
  })

  it('while the service was down clears nothing that fires under the new rule too', () => {
    const engine = engineOf(ABOVE_5)
    engine.observe(aReading(1, 0, { v: 6 }))
    const restored = engineOf(ABOVE_7, [aDevice()], JSON.parse(JSON.stringify(engine.snapshot())))

    const replayed = restored.observe(aReading(2, 1, { v: 8 }))

    expect(replayed).toMatchObject([{ state: 'active' }])
    expect(restored.advance(at(2))).toEqual([])
  })
})

it('goes on after a restart with the limits that a device says of itself', () => {
  const rules = ruleOf(
    'kind: threshold, where: { metric: v }, above: { attribute: limit, default: 5 }, severity: minor',
  )
  const device = aDevice({ attributes: { limit: 9 } })
  const engine = engineOf(rules, [device])
  engine.observe(aReading(1, 0, { v: 7 }))

  const restored = engineOf(rules, [device], JSON.parse(JSON.stringify(engine.snapshot())))

  expect(restored.observe(aReading(2, 1, { v: 7 }))).toEqual([])
  expect(restored.observe(aReading(3, 2, { v: 10 }))).toMatchObject([{ state: 'active', reason: { limit: 9 } }])
})

it('refuses a snapshot of another version', () => {
  expect(() => engineOf(ABOVE_5, [], { version: 0 })).toThrowError(
    new AppError('config_invalid', 'the rule snapshot is of another version', { version: 0 }),
  )
})
