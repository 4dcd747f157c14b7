import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Arrived } from '../../core/arrival-history.ts'
import type { Observation } from '../../core/observation.ts'
import type { Signal } from '../../core/signal.ts'
import { createBacktest } from '../../detectors/rules/backtest/backtest.ts'
import { createDayOf } from '../../detectors/rules/backtest/day-of.ts'
import { splitSets } from '../../detectors/rules/backtest/split-sets.ts'
import { createMergeProbe } from '../detectors/rules/backtest/merge-probe.ts'
import { aDevice, at, engineOf, rulesOf } from '../detectors/rules/play.ts'

const RULES = rulesOf(`
rules:
  - { id: held, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, severities: { warning: 3, minor: 5, critical: 8 }, hysteresis: 1, onDelay: 3s, offDelay: 4s }
  - { id: rate, title: { zh: 一, en: A }, category: other, kind: rate, where: { type: a, metric: w }, above: 1, per: 1s, window: 3s, offDelay: 2s, severity: minor }
  - { id: quiet, title: { zh: 一, en: A }, category: device, kind: no-data, after: 7s, severity: minor }
  - { id: seen, title: { zh: 一, en: A }, category: river, kind: detection, labels: { x: minor }, minScore: 0.5, clearAfter: 6s }
`)
const DEVICES = [aDevice({ id: 'd1', type: 'a' }), aDevice({ id: 'd2', type: 'b', registeredAtMs: at(4) })]

const stepArb = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('readings' as const),
      device: fc.constantFrom('d1', 'd2'),
      afterMs: fc.constantFrom(0, 0, 1, 700, 2500),
      lateMs: fc.constantFrom(0, 0, 300, 5000),
      values: fc.dictionary(fc.constantFrom('v', 'w'), fc.nat(10), { minKeys: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('analysis' as const),
      device: fc.constantFrom('d1', 'd2'),
      afterMs: fc.nat(3000),
      score: fc.constantFrom(0.4, 0.9),
    }),
  },
)
type Step = typeof stepArb extends fc.Arbitrary<infer T> ? T : never

/** A journal in which arrivals never go back; of what comes together readings stand first, by device, as history gives them. */
function toJournal(steps: Step[]): Observation[] {
  let arrivalMs = at(5)
  const all = steps.map((step, i): Omit<Observation, 'seq'> & Arrived => {
    arrivalMs += step.afterMs
    if (step.is === 'readings') {
      const samples = Object.entries(step.values).map(([metric, value]) => ({
        metric,
        atMs: arrivalMs - step.lateMs,
        value,
      }))
      return {
        kind: 'readings',
        arrivalMs,
        deviceId: step.device,
        messageSeq: i,
        samples: samples.sort((a, b) => (a.metric < b.metric ? -1 : 1)),
      }
    }
    const detections = [{ label: 'x', score: step.score, box: [0, 0, 1, 1] as [number, number, number, number] }]
    return {
      kind: 'analysis',
      arrivalMs,
      deviceId: step.device,
      frameId: `f${i}`,
      atMs: arrivalMs,
      state: 'analysed',
      model: 'm',
      detections,
    }
  })
  const rank = ({ kind, deviceId }: Arrived) => `${kind === 'readings' ? 0 : 1} ${deviceId}`
  return all
    .sort((a, b) => a.arrivalMs - b.arrivalMs || (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
    .map((arrived, i) => ({ ...arrived, seq: i + 1 }) as Observation)
}

const judge = (journal: Observation[]): Signal[] => {
  const engine = engineOf(RULES, DEVICES)
  return [
    ...journal.flatMap((observation) => engine.observe(observation)),
    ...engine.advance(journal.at(-1)!.arrivalMs + 30_000),
  ]
}

it('gives the same signals from stored history as it gave live, whatever the pages', () => {
  fc.assert(
    fc.property(
      fc.array(stepArb, { minLength: 1, maxLength: 40 }).map(toJournal),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      (journal, readingsPerPage, othersPerPage) => {
        const again = createMergeProbe(journal, { readingsPerPage, othersPerPage })
        expect(again).toEqual(journal)
        expect(judge(again)).toEqual(judge(journal))
      },
    ),
    { numRuns: 300 },
  )
})

const text = (held: string, more: string) => `
rules:
  - { id: held, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, severities: ${held}, hysteresis: 1, onDelay: 3s, offDelay: 4s }
  - { id: rate, title: { zh: 一, en: A }, category: other, kind: rate, where: { type: a, metric: w }, above: 1, per: 1s, window: 3s, offDelay: 2s, severity: minor }
  - { id: quiet, title: { zh: 一, en: A }, category: device, kind: no-data, after: 7s, severity: minor }
  - { id: both, title: { zh: 一, en: A }, category: other, kind: composite, when: { all: [{ rule: ${more} }, { rule: quiet }] }, by: everything, severity: minor }
`
const FIRST = rulesOf(text('{ warning: 3, minor: 5 }', 'rate'))
const SECOND = rulesOf(text('{ warning: 4, critical: 8 }', 'rate'))
const ENTWINED = rulesOf(text('{ warning: 4, critical: 8 }', 'held'))

it('gives the same report when what two sets share is judged once', () => {
  const report = (journal: Observation[], sameSurroundings: boolean) => {
    const span = { judgedFromMs: at(0), fromMs: at(8), toMs: journal.at(-1)!.arrivalMs + 20_000 }
    const sets = { rules: SECOND, inForce: FIRST, sameSurroundings }
    const backtest = createBacktest({ ...sets, ...span, devices: DEVICES, dayOf: createDayOf('UTC') })
    for (const observation of journal) backtest.observe(observation)
    return backtest.finish()
  }
  fc.assert(
    fc.property(fc.array(stepArb, { minLength: 1, maxLength: 60 }).map(toJournal), (journal) => {
      expect(report(journal, true)).toEqual(report(journal, false))
    }),
    { numRuns: 300 },
  )
})

it('judges both sets wholly where a differing rule matters to others', () => {
  const quiet = rulesOf(text('{ warning: 3, minor: 5 }', 'rate').replace('after: 7s', 'after: 9s'))
  expect(splitSets(SECOND, FIRST)?.rest.rules.map(({ id }) => id)).toEqual(['held'])
  expect(['rate', 'quiet', 'both', 'held'].map((id) => splitSets(SECOND, FIRST)?.isShared(id))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(splitSets(ENTWINED, FIRST)).toBeNull()
  expect(splitSets(quiet, FIRST)).toBeNull()
})
