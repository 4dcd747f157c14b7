import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Observation, Sample } from '../../core/observation.ts'
import { compareOrder, type Signal, subjectKey } from '../../core/signal.ts'
import type { RuleEngine } from '../../detectors/rules/engine/rule-engine.ts'
import { aDevice, aReading, at, createBoard, engineOf, ruleOf, rulesOf } from '../detectors/rules/play.ts'

const RULES = rulesOf(`
rules:
  - { id: now, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 5, hysteresis: 1, severity: major }
  - { id: held, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: '*' }, severities: { warning: 3, minor: 5, critical: 8 }, hysteresis: 1, onDelay: 3s, offDelay: 4s }
  - { id: rate, title: { zh: 一, en: A }, category: other, kind: rate, where: { type: a, metric: v }, above: 1, per: 1s, window: 3s, offDelay: 2s, severity: minor }
  - { id: hours, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 2, onDelay: 2s, severity: minor, schedule: { intervals: [{ from: "06:13", to: "06:14" }, { from: "06:15", to: "06:17" }] } }
  - { id: quiet-hours, title: { zh: 一, en: A }, category: device, kind: no-data, after: 5s, severity: minor, schedule: { intervals: [{ from: "06:14", to: "06:15" }, { from: "06:16", to: "06:17" }] } }
  - { id: quiet, title: { zh: 一, en: A }, category: device, kind: no-data, after: 7s, severity: minor }
  - { id: quiet-w, title: { zh: 一, en: A }, category: device, kind: no-data, where: { metric: w }, after: 11s, severity: minor }
  - { id: often, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, severities: { minor: 4, major: 7 }, repeat: { count: 2, of: 3 } }
  - { id: again, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 6, repeat: { count: 2, within: 5s }, offDelay: 1s, severity: minor }
  - { id: clock, title: { zh: 一, en: A }, category: device, kind: threshold, where: { metric: $clock_s }, outside: [-60, 2], severity: warning }
  - { id: gaps, title: { zh: 一, en: A }, category: device, kind: threshold, where: { metric: $missing }, above: 0, severity: warning }
  - { id: gone, title: { zh: 一, en: A }, category: device, kind: threshold, where: { metric: $online }, below: 1, onDelay: 5s, severity: warning }
  - { id: mean, title: { zh: 一, en: A }, category: other, kind: window, where: { metric: v }, aggregate: mean, sliding: 4s, above: 5, onDelay: 1s, severity: minor }
  - { id: few, title: { zh: 一, en: A }, category: other, kind: window, where: { metric: v }, aggregate: count, tumbling: 5s, below: 2, severity: minor }
  - { id: peak, title: { zh: 一, en: A }, category: other, kind: window, where: { metric: '*' }, aggregate: quantile, q: 0.8, session: 2s, atMost: 7s, above: 6, severity: minor }
  - { id: apart, title: { zh: 一, en: A }, category: other, kind: difference, where: { metric: v }, to: { metric: w }, maxAge: 5s, outside: [-3, 3], hysteresis: 1, offDelay: 2s, severity: minor }
  - { id: stuck, title: { zh: 一, en: A }, category: other, kind: stuck, where: { metric: v }, for: 2s, atLeast: 2, within: 1, except: [0], severity: minor }
  - { id: unreal, title: { zh: 一, en: A }, category: other, kind: impossible, where: { metric: v }, max: 8, repeat: { count: 2, within: 9s }, severity: minor }
  - { id: lost, title: { zh: 一, en: A }, category: other, kind: sequence-gap, within: 6s, above: 1, severity: minor }
  - { id: wrong, title: { zh: 一, en: A }, category: other, kind: clock, ahead: 2s, onDelay: 1s }
  - { id: seen, title: { zh: 一, en: A }, category: river, kind: detection, labels: { x: minor, y: major }, minScore: 0.5, clearAfter: 6s }
  - { id: sighted, title: { zh: 一, en: A }, category: river, kind: detection, labels: { x: minor }, minScore: 0.3, repeat: { count: 2, of: 4 }, onDelay: 1s, clearAfter: 20s }
  - { id: filed, title: { zh: 一, en: A }, category: works, kind: record, types: [began, both], endedBy: ended, holdFor: 12s, severity: minor, raises: false }
  - { id: told, title: { zh: 一, en: A }, category: other, kind: record, types: '*', count: 2, within: 20s, distinct: body.by, holdFor: 9s, severity: major }
  - { id: one-device, title: { zh: 一, en: A }, category: other, kind: composite, when: { all: [{ rule: now }, { not: { rule: quiet-w } }] }, by: device, onDelay: 2s, severity: major }
  - { id: at-place, title: { zh: 一, en: A }, category: fire, kind: composite, when: { atLeast: 2, of: [{ rule: now }, { rule: rate }, { rule: filed }, { rule: held, severity: minor }] }, by: place, within: 5s, offDelay: 1s, severities: { minor: 1, critical: 2 } }
  - { id: all-over, title: { zh: 一, en: A }, category: other, kind: composite, when: { rule: held, devices: 2 }, by: everything, within: 1s, severity: minor, raises: false }
  - { id: behind, title: { zh: 一, en: A }, category: device, kind: composite, when: { any: [{ rule: quiet, devices: 2 }, { rule: quiet-w }] }, by: gateway, severity: major }
  - { id: around, title: { zh: 一, en: A }, category: river, kind: composite, when: { all: [{ any: [{ rule: seen }, { rule: told }] }, { rule: held }, { not: { rule: quiet } }] }, near: 2km, within: 4s, severity: critical }
  - { id: of-others, title: { zh: 一, en: A }, category: other, kind: composite, when: { atLeast: 2, of: [{ rule: one-device }, { rule: at-place }, { rule: around }, { rule: all-over }] }, by: everything, severity: warning }
`)
/** `g` is a gateway that says nothing of itself, `d2` one that does and that speaks through `g`. */
const DEVICES = [
  aDevice({ id: 'd1', type: 'a', place: 'p', position: { lat: 31.01, lon: 120.0 } }),
  aDevice({
    ...{ id: 'd2', type: 'b', gateway: 'g', registeredAtMs: at(4) },
    ...{ place: 'p', position: { lat: 31.0, lon: 120.0 } },
  }),
  aDevice({ id: 'e0', type: 'b', gateway: 'g' }),
  aDevice({ id: 'e1', type: 'b', gateway: 'd2' }),
  aDevice({ id: 'e2', type: 'b', gateway: 'd2', registeredAtMs: at(9) }),
]

const sampleArb = fc.record({
  metric: fc.constantFrom('v', 'w'),
  agoMs: fc.oneof(fc.nat(4000), fc.nat(100_000)),
  value: fc.nat(10),
})
const stepArb = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('readings' as const),
      device: fc.constantFrom('d1', 'd1', 'd2', 'd2', 'd3', 'e0', 'e1', 'e2'),
      afterMs: fc.oneof({ weight: 8, arbitrary: fc.nat(3000) }, { weight: 1, arbitrary: fc.nat(25_000) }),
      /** Device clock against ours: right, a little off, far ahead, behind or a backlog. */
      skewMs: fc.constantFrom(0, 0, 0, -5000, 2500, 3_600_000, -200_000, -1_300_000),
      messageSeq: fc.option(fc.nat(3), { nil: null }),
      samples: fc.array(sampleArb, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('again' as const), afterMs: fc.nat(3000), back: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('analysis' as const),
      afterMs: fc.nat(5000),
      device: fc.constantFrom('d1', 'd2'),
      seen: fc.array(
        fc.record({ label: fc.constantFrom('x', 'y'), place: fc.nat(2), score: fc.constantFrom(0.4, 0.9) }),
        {
          maxLength: 3,
        },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('record' as const),
      afterMs: fc.nat(4000),
      type: fc.constantFrom('began', 'both', 'ended'),
      agoMs: fc.integer({ min: -2000, max: 14_000 }),
      where: fc.constantFrom('p', 'p', 'spot', 'none'),
      by: fc.option(fc.nat(3), { nil: null }),
    }),
  },
)
type Step = typeof stepArb extends fc.Arbitrary<infer T> ? T : never

/** What a journal may hold: arrivals never go back, positions have no gaps, messages may be sent again. */
function toJournal(steps: Step[]): Observation[] {
  const journal: Observation[] = []
  let arrivalMs = at(0)
  for (const [index, step] of steps.entries()) {
    const seq = index + 1
    arrivalMs += step.afterMs
    if (step.is === 'readings') journal.push(toReadings(step, seq, arrivalMs))
    else if (step.is === 'analysis') journal.push(toAnalysis(step, seq, arrivalMs))
    else if (step.is === 'record') journal.push(toRecord(step, seq, arrivalMs))
    else {
      const earlier = journal[journal.length - 1 - step.back]
      const status = { kind: 'status', deviceId: 'd1', online: index % 2 === 0, atMs: arrivalMs } as const
      journal.push({ ...(earlier ?? status), seq, arrivalMs })
    }
  }
  return journal
}

function toReadings(step: Step & { is: 'readings' }, seq: number, arrivalMs: number): Observation {
  const samples: Sample[] = step.samples.map(({ metric, agoMs, value }) => ({
    metric,
    atMs: arrivalMs + step.skewMs - agoMs,
    value,
  }))
  return { kind: 'readings', seq, arrivalMs, deviceId: step.device, messageSeq: step.messageSeq, samples }
}

function toAnalysis(step: Step & { is: 'analysis' }, seq: number, arrivalMs: number): Observation {
  return {
    kind: 'analysis',
    seq,
    arrivalMs,
    deviceId: step.device,
    frameId: `f${seq}`,
    atMs: arrivalMs - 300,
    state: 'analysed',
    model: 'm',
    detections: step.seen.map(({ label, place, score }) => ({
      label,
      score,
      box: [0, 0, 1, 1],
      ...(place > 0 && { position: { lat: 31 + place / 100, lon: 120 } }),
    })),
  }
}

function toRecord(step: Step & { is: 'record' }, seq: number, arrivalMs: number): Observation {
  return {
    kind: 'record',
    seq,
    arrivalMs,
    deviceId: 'd1',
    recordId: `r${seq}`,
    recordType: step.type,
    atMs: arrivalMs - step.agoMs,
    ...(step.where === 'spot' && { position: { lat: 31.005, lon: 120 } }),
    ...(step.where === 'p' && { address: 'p' }),
    body: step.by === null ? {} : { by: step.by },
  }
}

const journalArb = fc.array(stepArb, { minLength: 1, maxLength: 40 }).map(toJournal)
const endOf = (journal: Observation[]) => journal.at(-1)!.arrivalMs + 30_000

function judge(engine: RuleEngine, journal: Observation[]): Signal[] {
  return journal.flatMap((observation) => engine.observe(observation))
}

function judgeAll(journal: Observation[]): Signal[] {
  const engine = engineOf(RULES, DEVICES)
  return [...judge(engine, journal), ...engine.advance(endOf(journal))]
}

it('gives the same signals when it is stopped anywhere, stored as JSON, and goes on', () => {
  fc.assert(
    fc.property(journalArb, fc.nat(), fc.nat(4000), (journal, where, laterMs) => {
      const cut = where % (journal.length + 1)
      const before = engineOf(RULES, DEVICES)
      const first = judge(before, journal.slice(0, cut))
      const nextMs = journal[cut]?.arrivalMs ?? endOf(journal)
      const between = cut === 0 ? [] : before.advance(Math.min(nextMs, journal[cut - 1]!.arrivalMs + laterMs))
      const after = engineOf(RULES, DEVICES, JSON.parse(JSON.stringify(before.snapshot())))
      const rest = [...judge(after, journal.slice(cut)), ...after.advance(endOf(journal))]
      expect([...first, ...between, ...rest]).toEqual(judgeAll(journal))
    }),
    { numRuns: 300 },
  )
})

it('gives the same signals however often time is asked, and nothing before it says that it is due', () => {
  fc.assert(
    fc.property(journalArb, fc.integer({ min: 50, max: 5000 }), (journal, everyMs) => {
      const engine = engineOf(RULES, DEVICES)
      const signals: Signal[] = []
      let clockMs = at(0)
      const askUntil = (untilMs: number) => {
        for (; clockMs <= untilMs; clockMs += everyMs) {
          const dueMs = engine.nextDueMs()
          const told = engine.advance(clockMs)
          if (told.length > 0) expect(dueMs).toBeLessThanOrEqual(clockMs)
          signals.push(...told)
        }
      }
      for (const observation of journal) {
        askUntil(observation.arrivalMs)
        signals.push(...engine.observe(observation))
      }
      signals.push(...engine.advance(endOf(journal)))
      expect(signals).toEqual(judgeAll(journal))
    }),
    { numRuns: 200 },
  )
})

it('keeps each subject in order: no clear without a fire, no place in the order twice', () => {
  fc.assert(
    fc.property(journalArb, (journal) => {
      const last = new Map<string, Signal>()
      for (const signal of judgeAll(journal)) {
        const key = `${signal.rule}|${subjectKey(signal.subject)}|${signal.historical ?? false}`
        const before = last.get(key)
        if (before !== undefined) expect(compareOrder(before.order, signal.order)).toBeLessThan(0)
        if (signal.state === 'cleared') expect(before?.state).toBe('active')
        last.set(key, signal)
      }
    }),
    { numRuns: 300 },
  )
})

it('clears everything when the rules are taken out of force, wherever that happens', () => {
  fc.assert(
    fc.property(journalArb, fc.nat(), (journal, where) => {
      const engine = engineOf(RULES, DEVICES)
      judge(engine, journal.slice(0, where % (journal.length + 1)))
      const firing = engine.firing()
      const cleared = engine.replaceRules(rulesOf('rules: []'))
      const live = cleared.filter(({ historical }) => !historical)
      expect(live.map(({ rule, subject }) => ({ rule, subject }))).toEqual(firing)
      expect(engine.firing()).toEqual([])
    }),
    { numRuns: 100 },
  )
})

it('shows with several severities what a rule for each of them would show', () => {
  const common = 'kind: threshold, where: { metric: v }, hysteresis: 1, onDelay: 3s, offDelay: 2s'
  const together = ruleOf(`${common}, severities: { warning: 3, minor: 5, critical: 8 }`)
  const alone = [
    ruleOf(`${common}, above: 3, severity: warning`),
    ruleOf(`${common}, above: 5, severity: minor`),
    ruleOf(`${common}, above: 8, severity: critical`),
  ]
  const track = fc.array(fc.record({ afterS: fc.integer({ min: 1, max: 4 }), v: fc.nat(10) }), { maxLength: 30 })
  fc.assert(
    fc.property(track, (steps) => {
      const engines = [together, ...alone].map((rules) => ({ engine: engineOf(rules), board: createBoard() }))
      let second = 0
      for (const [index, { afterS, v }] of steps.entries()) {
        for (let passed = 1; passed <= afterS; passed++) {
          second++
          for (const { engine, board } of engines)
            board.take(
              passed < afterS ? engine.advance(at(second)) : engine.observe(aReading(index + 1, second, { v })),
            )
          const [one, ...each] = engines.map(({ board }) => board.mark())
          const worst = each.filter((mark) => mark !== '-').sort()[0] ?? '-'
          expect(one).toBe(worst)
        }
      }
    }),
    { numRuns: 300 },
  )
})

it('judges a device as if there were no other', () => {
  const ofDevices = new Set(['threshold', 'rate', 'no-data'])
  const rules = new Set(RULES.rules.filter(({ kind }) => ofDevices.has(kind)).map(({ id }) => id))
  const told = (signals: Signal[]) =>
    signals
      .filter(({ subject, rule }) => subject.device === 'd1' && rules.has(rule))
      .map(({ rule, subject, state, severity, atMs, historical }) => ({
        rule,
        subject,
        state,
        severity,
        atMs,
        historical,
      }))
  fc.assert(
    fc.property(journalArb, (journal) => {
      const alone = journal.filter(({ deviceId }) => deviceId === 'd1')
      const end = endOf(journal)
      const judged = (observations: Observation[]) => {
        const engine = engineOf(RULES, DEVICES)
        return told([...judge(engine, observations), ...engine.advance(end)])
      }
      expect(judged(alone)).toEqual(judged(journal))
    }),
    { numRuns: 200 },
  )
})
