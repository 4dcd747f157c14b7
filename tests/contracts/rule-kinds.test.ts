import { describe, expect, it } from 'vitest'
import type { Observation } from '../../core/observation.ts'
import { compareOrder, type Signal, subjectKey } from '../../core/signal.ts'
import { RULE_KINDS } from '../../detectors/rules/rule-kinds.ts'
import { aDevice, aReading, at, engineOf, ruleOf, rulesOf } from '../detectors/rules/play.ts'

/** For each kind: a rule, what makes it fire, and by when it is over. Everything before the trouble is usual. */
interface Scenario {
  rule: string
  usual: Observation[]
  trouble: Observation[]
  calm: Observation[]
  overByS: number
}

const readings = (firstSeq: number, values: [second: number, value: number][]) =>
  values.map(([second, v], index) => aReading(firstSeq + index, second, { v }))

const sighting = (seq: number, second: number, label: string): Observation => ({
  kind: 'analysis',
  seq,
  arrivalMs: at(second),
  deviceId: 'd1',
  frameId: `f${seq}`,
  atMs: at(second),
  state: 'analysed',
  model: 'm',
  detections: [{ label, score: 0.9, box: [0, 0, 1, 1], position: { lat: 31, lon: 120 } }],
})

const SCENARIOS: Record<string, Scenario> = {
  threshold: {
    rule: 'kind: threshold, where: { metric: v }, above: 5, onDelay: 3s, offDelay: 3s, severity: minor',
    usual: readings(1, [
      [0, 1],
      [2, 5],
    ]),
    trouble: readings(3, [
      [4, 6],
      [6, 7],
      [8, 6],
    ]),
    calm: readings(6, [
      [10, 5],
      [12, 5],
    ]),
    overByS: 14,
  },
  rate: {
    rule: 'kind: rate, where: { metric: v }, above: 1, per: 1s, window: 2s, onDelay: 1s, severity: minor',
    usual: readings(1, [
      [0, 1],
      [2, 2],
    ]),
    trouble: readings(3, [
      [4, 6],
      [6, 10],
      [8, 20],
    ]),
    calm: readings(6, [
      [10, 20],
      [12, 20],
    ]),
    overByS: 12,
  },
  'no-data': {
    rule: 'kind: no-data, after: 5s, severity: minor',
    usual: readings(1, [
      [0, 1],
      [2, 1],
    ]),
    trouble: [{ kind: 'status', seq: 3, arrivalMs: at(20), deviceId: 'd2', online: true, atMs: at(20) }],
    calm: readings(4, [[21, 1]]),
    overByS: 21,
  },
  detection: {
    rule: 'kind: detection, labels: { debris: minor }, minScore: 0.5, clearAfter: 10s',
    usual: [sighting(1, 0, 'duck')],
    trouble: [sighting(2, 4, 'debris'), sighting(3, 6, 'debris')],
    calm: [sighting(4, 8, 'duck')],
    overByS: 16,
  },
}

const NO_RULES = rulesOf('rules: []')

it('covers every kind that there is', () => {
  expect(Object.keys(SCENARIOS).sort()).toEqual(Object.keys(RULE_KINDS).sort())
})

describe.each(Object.entries(SCENARIOS))('%s', (_, { rule, usual, trouble, calm, overByS }) => {
  const rules = ruleOf(rule)
  const all = [...usual, ...trouble, ...calm]
  const run = (observations: Observation[], engine = engineOf(rules)): Signal[] =>
    observations.flatMap((observation) => engine.observe(observation))
  const runToEnd = (engine = engineOf(rules), observations = all) => [
    ...run(observations, engine),
    ...engine.advance(at(overByS)),
  ]

  it('says nothing while all is as usual', () => {
    expect(run(usual)).toEqual([])
  })

  it('fires under trouble and knows that it does', () => {
    const engine = engineOf(rules)
    const signals = run([...usual, ...trouble], engine)
    expect(signals.at(-1)?.state).toBe('active')
    expect(engine.firing()).toEqual([{ rule: 'r', subject: signals.at(-1)?.subject }])
  })

  it('clears once when it is over, and then says no more', () => {
    const engine = engineOf(rules)
    const signals = runToEnd(engine)
    expect(signals.map(({ state }) => state).filter((state) => state === 'cleared')).toHaveLength(1)
    expect(signals.at(-1)?.state).toBe('cleared')
    expect(engine.firing()).toEqual([])
  })

  it('gives every signal its rule, subject, severity, reason and time', () => {
    for (const signal of runToEnd()) {
      expect(signal).toMatchObject({
        rule: 'r',
        ruleTitle: { zh: '规则', en: 'Rule' },
        category: 'other',
        severity: 'minor',
      })
      expect(subjectKey(signal.subject)).not.toBe('||||')
      expect(signal.reason.code).toMatch(/^[a-z_]+$/)
      expect(signal.atMs).toBeGreaterThanOrEqual(at(0))
      expect(signal.atMs).toBeLessThanOrEqual(at(overByS))
    }
  })

  it('never gives two signals the same place in the order', () => {
    const orders = runToEnd().map(({ order }) => order)
    const isRising = orders.every((order, index) => index === 0 || compareOrder(orders[index - 1]!, order) < 0)
    expect({ isRising, orders }).toEqual({ isRising: true, orders })
  })

  it('goes on after a restart at any point as if there had been none', () => {
    const uninterrupted = runToEnd()
    for (let cut = 0; cut <= all.length; cut++) {
      const before = engineOf(rules)
      const first = run(all.slice(0, cut), before)
      const after = engineOf(rules, [aDevice()], JSON.parse(JSON.stringify(before.snapshot())))
      expect([...first, ...runToEnd(after, all.slice(cut))]).toEqual(uninterrupted)
    }
  })

  it('does not depend on how often time is asked', () => {
    const engine = engineOf(rules)
    const signals: Signal[] = []
    for (let ms = at(0); ms <= at(overByS); ms += 500) {
      signals.push(...all.filter(({ arrivalMs }) => arrivalMs === ms).flatMap((one) => engine.observe(one)))
      signals.push(...engine.advance(ms))
    }
    expect(signals).toEqual(runToEnd())
  })

  it('is not moved by the same observations again', () => {
    const twice = all.flatMap((one, index) => [
      { ...one, seq: 2 * index + 1 },
      { ...one, seq: 2 * index + 2 },
    ])
    const told = (signals: Signal[]) => signals.map(({ state, atMs }) => [state, atMs])
    expect(told(runToEnd(engineOf(rules), twice))).toEqual(told(runToEnd()))
  })

  it('keeps its state when the rules are replaced by equal ones', () => {
    const engine = engineOf(rules)
    const first = run([...usual, ...trouble], engine)
    expect(engine.replaceRules(ruleOf(rule))).toEqual([])
    expect([...first, ...runToEnd(engine, calm)]).toEqual(runToEnd())
  })

  it('clears what fires when it is taken out of force', () => {
    const engine = engineOf(rules)
    const last = run([...usual, ...trouble], engine).at(-1)!
    const [cleared, ...more] = engine.replaceRules(NO_RULES)
    expect(cleared).toMatchObject({
      rule: 'r',
      subject: last.subject,
      state: 'cleared',
      reason: { code: 'rule_removed' },
    })
    expect(compareOrder(last.order, cleared!.order)).toBeLessThan(0)
    expect(more).toEqual([])
  })
})
