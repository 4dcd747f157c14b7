import { readFile } from 'node:fs/promises'
import type { TSchema } from 'typebox'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import type { Building } from '../../core/building.ts'
import type { Device } from '../../core/device.ts'
import type { Observation } from '../../core/observation.ts'
import type { Position } from '../../core/place.ts'
import { compareOrder, type Signal, subjectKey } from '../../core/signal.ts'
import { createFusionBook } from '../../detectors/fusion/fusion-book.ts'
import { loadEvidenceTable } from '../../detectors/fusion/load-evidence-table.ts'
import { createWorksJudge } from '../../detectors/fusion/works-judge.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'
import { createPatrolJudge } from '../../detectors/patrol/patrol-judge.ts'
import type { RuleEngine } from '../../detectors/rules/engine/rule-engine.ts'
import { parseRules } from '../../detectors/rules/files/parse-rules.ts'
import { LIMITS } from '../../detectors/rules/parts/limit-schema.ts'
import type { RuleSet } from '../../detectors/rules/rule.ts'
import { RULE_KINDS } from '../../detectors/rules/rule-kinds.ts'
import { PATIENCE, ruleSchema } from '../../detectors/rules/rule-schema.ts'
import { aBook } from '../detectors/patrol/a-patrol.ts'
import { aDevice, aReading, at, engineOf, rulesOf } from '../detectors/rules/play.ts'

/** For each kind: a rule, what makes it fire, and by when it is over. Everything before the trouble is usual. */
interface Scenario {
  rule: string
  /** Further rules that it listens to; they raise nothing themselves. */
  inputs?: string[]
  usual: Observation[]
  trouble: Observation[]
  calm: Observation[]
  overByS: number
  /** The i-th observation of a device that never stops talking; a walk of `v`, ten a second, unless given. */
  flood?(i: number): Observation
  /** What judges, where it is more than the engine. */
  engine?(rules: RuleSet, devices?: Device[], snapshot?: unknown): RuleEngine
}

/** Rules that hear of findings, behind a patrol book that makes them of what d1 sees. */
function patrolled(rules: RuleSet, devices?: Device[], snapshot?: unknown): RuleEngine {
  const past = snapshot as { patrol: unknown; rules: unknown } | undefined
  const book = aBook({ isDrone: (id) => id === 'd1', snapshot: past?.patrol })
  const engine = engineOf(rules, devices, past?.rules)
  const judge = createPatrolJudge(book, engine)
  return { ...engine, ...judge, snapshot: () => ({ patrol: book.snapshot(), rules: engine.snapshot() }) }
}

/** Rules that hear what is thought of a house at which residents report works; three reports are enough. */
function housed(rules: RuleSet, devices?: Device[], snapshot?: unknown): RuleEngine {
  const past = snapshot as { houses: unknown; fusion: unknown; rules: unknown } | undefined
  const houses = createHouseBook(past?.houses)
  const building: Building = { id: 'h1', address: '东园路45号', protection: 'historic' }
  if (past === undefined) houses.applyEntry({ type: 'building.changed', atMs: at(-1), by: 'li', building, afterSeq: 0 })
  const table = { ...loadEvidenceTable(), prior: { probability: 0.3, source: 'test' } }
  const fusion = createFusionBook({ table, timeZone: 'Asia/Shanghai', houses, snapshot: past?.fusion })
  const engine = engineOf(rules, devices, past?.rules)
  const inner = { ...engine, say: () => [] }
  const parts = { houses, fusion, patrol: { nextDueMs: () => null }, inner, hear: engine.hearSuspicion }
  const judge = createWorksJudge(parts)
  const remember = () => ({ houses: houses.snapshot(), fusion: fusion.snapshot(), rules: engine.snapshot() })
  return { ...engine, ...judge, snapshot: remember }
}

const readings = (firstSeq: number, values: [second: number, value: number][]) =>
  values.map(([second, v], index) => aReading(firstSeq + index, second, { v }))

/** Readings with the device's own message numbers. */
const numbered = (firstSeq: number, values: [second: number, messageSeq: number][]) =>
  values.map(([second, messageSeq], index) => aReading(firstSeq + index, second, { v: 1 }, { messageSeq }))

/** Readings of `v` with its reference `w`, which stands first and stays at 10. */
const withReference = (firstSeq: number, values: [second: number, value: number][]) =>
  values.map(([second, v], index) => aReading(firstSeq + index, second, { w: 10, v }))

/** One reading an hour: `#` somebody is there. */
const byHours = (firstSeq: number, fromHour: number, track: string) =>
  [...track].map((mark, i) => aReading(firstSeq + i, (fromHour + i) * 3600, { v: mark === '#' ? 1 : 0 }))

/** Humidities `v` in air of 30 °C. */
const inAir = (firstSeq: number, values: [second: number, rhPct: number][]) =>
  values.map(([second, v], index) => aReading(firstSeq + index, second, { w: 30, v }))

/** Values that look random and are the same in every run, between 0 and 1. */
const noise = (i: number) => ((i * 7919 + 104_729) % 1009) / 1009

const SPOT = { lat: 31, lon: 120 }
const sighting = (seq: number, second: number, label: string, position?: Position): Observation => ({
  kind: 'analysis',
  seq,
  arrivalMs: at(second),
  deviceId: 'd1',
  frameId: `f${seq}`,
  atMs: at(second),
  state: 'analysed',
  model: 'm',
  detections: [{ label, score: 0.9, box: [0, 0, 1, 1], ...(position && { position }) }],
})

/** Seen on the water, a picture of its own. */
const spotted = (seq: number, second: number, labels: string[]): Observation => ({
  ...(sighting(seq, second, '') as Extract<Observation, { kind: 'analysis' }>),
  detections: labels.map((label) => ({ label, score: 0.9, box: [9, 9, 9, 9], position: SPOT, radiusM: 3 })),
})

const filed = (seq: number, second: number, recordType: string): Observation => ({
  kind: 'record',
  seq,
  arrivalMs: at(second),
  deviceId: 'd1',
  recordId: `r${second}`,
  recordType,
  atMs: at(second),
  address: '东园路45号',
  body: {},
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
  difference: {
    rule: 'kind: difference, where: { metric: v }, to: { metric: w }, maxAge: 10s, above: 2, onDelay: 1s, severity: minor',
    usual: withReference(1, [
      [0, 9],
      [2, 12],
    ]),
    trouble: withReference(3, [
      [4, 13],
      [6, 14],
      [8, 15],
    ]),
    calm: withReference(6, [
      [10, 12],
      [12, 11],
    ]),
    overByS: 12,
    flood: (i) => aReading(i + 1, i * 0.1, { w: 10, v: walk(i) }),
  },
  window: {
    rule: 'kind: window, where: { metric: v }, aggregate: mean, sliding: 5s, atLeast: 2, above: 5, severity: minor',
    usual: readings(1, [
      [0, 1],
      [2, 5],
    ]),
    trouble: readings(3, [
      [4, 12],
      [6, 12],
      [8, 12],
    ]),
    calm: readings(6, [
      [10, 1],
      [12, 1],
      [14, 1],
    ]),
    overByS: 16,
  },
  stuck: {
    rule: 'kind: stuck, where: { metric: v }, for: 4s, atLeast: 3, except: [0], severity: minor',
    usual: readings(1, [
      [0, 1],
      [2, 2],
    ]),
    trouble: readings(3, [
      [4, 2],
      [6, 2],
      [8, 2],
    ]),
    calm: readings(6, [
      [10, 3],
      [12, 0],
    ]),
    overByS: 12,
  },
  impossible: {
    rule: 'kind: impossible, where: { metric: v }, min: 0, max: 100, onDelay: 1s, severity: minor',
    usual: readings(1, [
      [0, 0],
      [2, 100],
    ]),
    trouble: readings(3, [
      [4, 101],
      [6, -3],
      [8, 6553.5],
    ]),
    calm: readings(6, [
      [10, 99],
      [12, 98],
    ]),
    overByS: 12,
  },
  'sequence-gap': {
    rule: 'kind: sequence-gap, within: 6s, above: 3, severity: minor',
    usual: numbered(1, [
      [0, 1],
      [2, 4],
    ]),
    trouble: numbered(3, [
      [4, 7],
      [6, 17],
    ]),
    calm: numbered(5, [[8, 18]]),
    overByS: 13,
    flood: (i) => aReading(i + 1, i * 0.1, { v: walk(i) }, { messageSeq: 1 + 2 * i }),
  },
  clock: {
    rule: 'kind: clock, ahead: 60s, severity: minor',
    usual: [aReading(1, 0, { v: 1 }), aReading(2, 61, { v: 1 }, { arrival: 2 })],
    trouble: [aReading(3, 66, { v: 1 }, { arrival: 4 }), aReading(4, 70, { v: 1 }, { arrival: 6 })],
    calm: [aReading(5, 8, { v: 1 })],
    overByS: 8,
    flood: (i) => aReading(i + 1, i * 0.1 + 20 * walk(i), { v: walk(i) }, { arrival: i * 0.1 }),
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
  expression: {
    rule: 'kind: expression, where: { metric: v }, when: \'v > 5 && device.type == "thermometer"\', severity: minor, onDelay: 2s',
    usual: readings(1, [
      [0, 5],
      [2, 4],
    ]),
    trouble: readings(3, [
      [4, 7],
      [6, 8],
    ]),
    calm: readings(5, [
      [8, 5],
      [10, 2],
    ]),
    overByS: 12,
  },
  standard: {
    rule: 'kind: standard, where: { metric: v }, standard: gb-3838-2002, item: codmn, row: III, severity: minor, onDelay: 2s',
    usual: readings(1, [
      [0, 5],
      [2, 6],
    ]),
    trouble: readings(3, [
      [4, 7],
      [6, 8],
    ]),
    calm: readings(5, [
      [8, 6],
      [10, 2],
    ]),
    overByS: 12,
  },
  deviation: {
    rule: 'kind: deviation, where: { metric: v }, season: none, warmUp: 0s, offDelay: 2s, severity: minor',
    usual: Array.from({ length: 200 }, (_, i) => aReading(i + 1, i, { v: 20 + noise(i) })),
    trouble: readings(201, [
      [200, 31],
      [201, 32],
      [202, 31],
    ]),
    calm: Array.from({ length: 30 }, (_, i) => aReading(i + 204, i + 203, { v: 20 + noise(i) })),
    overByS: 235,
  },
  drift: {
    rule: 'kind: drift, where: { metric: v }, warmUp: 0s, above: 10, severity: minor',
    usual: Array.from({ length: 60 }, (_, i) => aReading(i + 1, i, { v: 20 + noise(i) })),
    trouble: Array.from({ length: 20 }, (_, i) => aReading(i + 61, i + 60, { v: 20.5 + noise(i) })),
    calm: Array.from({ length: 60 }, (_, i) => aReading(i + 81, i + 80, { v: 20 + noise(i) })),
    overByS: 141,
  },
  'short-lets': {
    rule: 'kind: short-lets, where: { metric: v }, hold: 2h, within: 4d, above: 0, severity: minor',
    // From 06:13 on: a vacant night, one with somebody there, a visit by day, a vacant night; then nothing.
    usual: byHours(1, 0, '.'.repeat(36)),
    trouble: byHours(100, 36, '#################.##.......................'),
    calm: byHours(200, 79, '.'.repeat(46)),
    overByS: 125 * 3600,
    flood: (i) => aReading(i + 1, i * 600, { v: walk(i) }),
  },
  trend: {
    rule: 'kind: trend, where: { metric: v }, speed: { minor: 800 }, every: 10s, window: 120s, atLeast: 10',
    usual: readings(
      1,
      Array.from({ length: 13 }, (_, i) => [10 * i, 0.001 * noise(i)]),
    ),
    trouble: readings(
      14,
      Array.from({ length: 12 }, (_, i) => [130 + 10 * i, 0.01 * i + 0.001 * noise(i)]),
    ),
    calm: readings(
      26,
      Array.from({ length: 20 }, (_, i) => [250 + 10 * i, 0.11 + 0.001 * noise(i)]),
    ),
    overByS: 440,
  },
  mould: {
    rule: 'kind: mould, where: { metric: v }, temp: w, material: very-sensitive, above: 0.015, hysteresis: 0.001, severity: minor',
    usual: inAir(1, [
      [0, 50],
      [1800, 60],
      [3600, 60],
      [7200, 60],
    ]),
    trouble: inAir(5, [
      [10_800, 100],
      [14_400, 100],
      [18_000, 60],
    ]),
    calm: inAir(8, [
      [21_600, 50],
      [25_200, 50],
      [28_800, 50],
      [32_400, 50],
      [36_000, 50],
    ]),
    overByS: 36_000,
    flood: (i) => aReading(i + 1, i * 0.1, { w: 30, v: 80 + walk(i) }),
  },
  finding: {
    rule: 'kind: finding, labels: { person: minor }',
    usual: [spotted(1, 0, []), spotted(2, 2, ['boat'])],
    trouble: [spotted(3, 4, ['person']), spotted(4, 6, ['person'])],
    calm: [spotted(5, 8, []), spotted(6, 10, [])],
    overByS: 320,
    engine: patrolled,
  },
  detection: {
    rule: 'kind: detection, labels: { debris: minor }, minScore: 0.5, clearAfter: 10s',
    usual: [sighting(1, 0, 'duck', SPOT)],
    trouble: [sighting(2, 4, 'debris', SPOT), sighting(3, 6, 'debris', SPOT)],
    calm: [sighting(4, 8, 'duck', SPOT)],
    overByS: 16,
    flood: (i) => ({ ...sighting(i + 1, i * 0.1, 'debris', SPOT), arrivalMs: at(i * 0.1) }),
  },
  suspicion: {
    rule: 'kind: suspicion, states: [likely], severities: { minor: 0 }',
    usual: [aReading(1, 0, { v: 1 }), filed(2, 1, 'lease.signed')],
    trouble: [filed(3, 6, 'report.noise'), filed(4, 8, 'report.dust'), filed(5, 9, 'report.works')],
    calm: [filed(6, 10, 'works.filed')],
    overByS: 20,
    engine: housed,
  },
  record: {
    rule: 'kind: record, types: report.*, count: 2, within: 5s, endedBy: solved, holdFor: 10s, severity: minor',
    usual: [filed(1, 0, 'report.noise'), filed(2, 1, 'lease')],
    trouble: [filed(3, 6, 'report.noise'), filed(4, 8, 'report.dust'), filed(5, 9, 'report.dust')],
    calm: [filed(6, 10, 'solved')],
    overByS: 20,
    flood: (i) => ({ ...filed(i + 1, i * 0.1, 'report.noise'), address: `东园路${i % 50}号` }),
  },
  composite: {
    rule: 'kind: composite, when: { all: [{ rule: high }, { rule: seen }] }, by: device, onDelay: 1s, within: 3s, severity: minor',
    inputs: [
      'kind: threshold, where: { metric: v }, above: 5, severity: minor',
      'kind: detection, labels: { debris: minor }, minScore: 0.5, clearAfter: 10s',
    ],
    usual: [sighting(1, 0, 'debris'), aReading(2, 1, { v: 1 })],
    trouble: [aReading(3, 4, { v: 6 }), aReading(4, 6, { v: 6 }), sighting(5, 8, 'debris')],
    calm: [aReading(6, 10, { v: 5 })],
    overByS: 14,
  },
}

/** The rule `r` and its inputs. */
function rulesFor({ rule, inputs = [] }: Scenario): RuleSet {
  const names = ['high', 'seen']
  const common = 'title: { zh: 规则, en: Rule }, category: other'
  return rulesOf(
    `rules:\n${[
      `  - { id: r, ${common}, ${rule} }`,
      ...inputs.map((input, index) => `  - { id: ${names[index]}, ${common}, raises: false, ${input} }`),
    ].join('\n')}`,
  )
}

/** A walk between about -10 and 10 that is the same each time. */
function walk(i: number): number {
  return 7 * Math.sin(i / 50) + 3 * Math.sin(i * 1.7)
}

const NO_RULES = rulesOf('rules: []')

it('covers every kind that there is', () => {
  expect(Object.keys(SCENARIOS).sort()).toEqual(Object.keys(RULE_KINDS).sort())
})

const aWalk = (i: number) => aReading(i + 1, i * 0.1, { v: walk(i) })

/** The same from another device. */
function other(observation: Observation): Observation {
  const { kind } = observation
  if (kind === 'record') return { ...observation, deviceId: 'd9', address: '别处' }
  return kind === 'analysis'
    ? { ...observation, deviceId: 'd9', frameId: `${observation.frameId}-9`, detections: [] }
    : { ...observation, deviceId: 'd9' }
}

/** What doubles hold at their ends, and usual values between. */
const EXTREMES = [1e308, -1e308, 0, 5e-324, 1e308, 1e308, -5e-324, -1e308, 3, 1e308, -1e308, -1e308, 0, 0, 0, 1, 1, 1]

/** The same with other values, at another second. */
function extreme(observation: Observation, second: number, value: number): Observation {
  if (observation.kind !== 'readings') return observation
  const samples = observation.samples.map((sample) => ({ ...sample, atMs: at(second), value }))
  return { ...observation, arrivalMs: at(second), samples }
}

/** Paths of values that are not there or are not numbers. */
function findNulls(value: unknown, path = ''): string[] {
  if (value === null || value === undefined || Number.isNaN(value)) return [path]
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path]
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, part]) => findNulls(part, `${path}/${key}`))
}

describe.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
  const { usual, trouble, calm, overByS, flood = aWalk, engine: engineFor = engineOf } = scenario
  const rules = rulesFor(scenario)
  const all = [...usual, ...trouble, ...calm]
  const run = (observations: Observation[], engine = engineFor(rules)): Signal[] =>
    observations.flatMap((observation) => engine.observe(observation))
  const runToEnd = (engine = engineFor(rules), observations = all) => [
    ...run(observations, engine),
    ...engine.advance(at(overByS)),
  ]

  it('says nothing while all is as usual', () => {
    expect(run(usual)).toEqual([])
  })

  it('fires under trouble and knows that it does', () => {
    const engine = engineFor(rules)
    const signals = run([...usual, ...trouble], engine)
    expect(signals.at(-1)?.state).toBe('active')
    expect(engine.firing()).toEqual([{ rule: 'r', subject: signals.at(-1)?.subject }])
  })

  it('clears once when it is over, and then says no more', () => {
    const engine = engineFor(rules)
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
      const before = engineFor(rules)
      const first = run(all.slice(0, cut), before)
      const after = engineFor(rules, [aDevice()], JSON.parse(JSON.stringify(before.snapshot())))
      expect([...first, ...runToEnd(after, all.slice(cut))]).toEqual(uninterrupted)
    }
  })

  it('does not depend on how often time is asked', () => {
    const engine = engineFor(rules)
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
    expect(told(runToEnd(engineFor(rules), twice))).toEqual(told(runToEnd()))
  })

  it('is not disturbed by what other devices do', () => {
    const mine = all.map((one) => ({ ...one, seq: 2 * one.seq }))
    const crowd = mine.flatMap((one) => [other({ ...one, seq: one.seq - 1 }), one])
    const devices = [aDevice(), aDevice({ id: 'd9', type: 'other' })]
    const ofMine = (observations: Observation[]) =>
      runToEnd(engineFor(rules, devices), observations).filter(
        ({ subject, seenBy }) => subject.device !== 'd9' && seenBy !== 'd9',
      )
    expect(ofMine(crowd)).toEqual(ofMine(mine))
  })

  it('judges a sample that comes late as if it had come in its turn', () => {
    const [first] = usual
    if (first?.kind !== 'readings') return
    const samples = first.samples.map((sample) => ({ ...sample, atMs: sample.atMs + 1000 }))
    const between = (arrivalMs: number): Observation => ({ ...first, messageSeq: null, samples, arrivalMs })
    const inTurn = [first, between(first.arrivalMs + 1000), ...usual.slice(1), ...trouble, ...calm]
    const late = [...usual, between(usual.at(-1)!.arrivalMs), ...trouble, ...calm]
    const told = (observations: Observation[]) =>
      runToEnd(
        engineFor(rules),
        observations.map((one, index) => ({ ...one, seq: index + 1 })),
      ).map(({ state, atMs, severity }) => [state, atMs, severity])
    expect(told(late)).toEqual(told(inTurn))
  })

  it('says and keeps numbers only, whatever numbers come', () => {
    const engine = engineFor(rules)
    const signals: Signal[] = []
    for (const [index, value] of EXTREMES.entries())
      signals.push(...engine.observe(extreme(flood(index), index, value)), ...engine.advance(at(index + 0.5)))
    signals.push(...engine.advance(at(3600)))
    const kept = { signals, snapshot: engine.snapshot() }
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept)
    expect(findNulls(signals)).toEqual([])
  })

  it('keeps a bounded memory over 100,000 observations, at a bounded cost', { timeout: 60_000 }, () => {
    const engine = engineFor(rules)
    let largest = 0
    for (let i = 0; i < 100_000; i++) {
      engine.observe(flood(i))
      if (i % 9973 === 0) largest = Math.max(largest, JSON.stringify(engine.snapshot()).length)
    }
    expect(largest).toBeLessThan(100_000)
  })

  it('keeps its state when the rules are replaced by equal ones', () => {
    const engine = engineFor(rules)
    const first = run([...usual, ...trouble], engine)
    expect(engine.replaceRules(rulesFor(scenario))).toEqual([])
    expect([...first, ...runToEnd(engine, calm)]).toEqual(runToEnd())
  })

  it('clears what fires when it is taken out of force', () => {
    const engine = engineFor(rules)
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

/** Keys that the README explains for all kinds. */
const COMMON = [...Object.keys(ruleSchema('any', {}).properties), 'where', 'severity']

/** Stands for the rules that an example names. */
const MEMBER = {
  ...{ title: { zh: '规则', en: 'Rule' }, category: 'other' },
  ...{ kind: 'threshold', where: { metric: 'v' }, above: 5, severity: 'minor' },
}

/** Keys that the docstring of `threshold` explains for all. */
const SHARED = { ...LIMITS, ...PATIENCE }

describe.each(Object.entries(RULE_KINDS))('the docstring of %s', (name, kind) => {
  const own = Object.keys(kind.schema.properties as object).filter((key) => !COMMON.includes(key))

  test('names each key, has a source, and an example that is a good rule', async () => {
    const text = await docOf(name)
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
    const rule = { id: 'r', title: { zh: '规则', en: 'Rule' }, category: 'other', ...(parse(example) as object) }
    const members = [...example.matchAll(/\brule: ([\w-]+)/g)].map(([, id]) => ({ ...MEMBER, id }))
    const result = parseRules([{ path: 'example.yaml', text: JSON.stringify({ rules: [...members, rule] }) }])

    const isNamed = (key: string) => new RegExp(`\\b${key}\\b`).test(text)
    const isLeftToThreshold = (key: string) => key in SHARED && text.includes('those of `threshold`')

    expect(own.filter((key) => !isNamed(key) && !isLeftToThreshold(key))).toEqual([])
    expect(text).toMatch(/^Source: /m)
    expect('faults' in result ? result.faults : result.rules.rules.at(-1)?.kind).toEqual(name)
  })

  test('is made of leaves that each say what they expect', () => {
    expect(
      leavesOf(kind.schema)
        .filter(({ schema }) => !hasWords(schema))
        .map(({ path }) => path),
    ).toEqual([])
  })
})

/** The docstring of the kind's export, without its stars. */
async function docOf(name: string): Promise<string> {
  const source = await readFile(new URL(`../../detectors/rules/kinds/${name}.ts`, import.meta.url), 'utf8')
  const [, doc = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+ = defineKind/.exec(source) ?? []
  return doc.replaceAll(/^ \* ?/gm, '')
}

interface Leaf {
  path: string
  schema: TSchema
}

function leavesOf(schema: TSchema, path = ''): Leaf[] {
  const { properties } = schema as { properties?: Record<string, TSchema> }
  if (properties === undefined) return [{ path, schema }]
  return Object.entries(properties).flatMap(([key, part]) => leavesOf(part, `${path}/${key}`))
}

function hasWords(schema: TSchema): boolean {
  const { description, const: fixed } = schema as { description?: string; const?: unknown }
  return fixed !== undefined || (description ?? '') !== ''
}
