import type { Truth } from '../incidents/incident.ts'
import type { Thresholds } from '../scenario.ts'
import { type Expectation, type Matching, matchAlerts } from './match-alerts.ts'
import type { ToldAlert } from './told-alert.ts'

/** Seconds from the moment from which an alert was to be expected until it was told. */
export interface Delays {
  median: number
  p95: number
}

interface Share {
  /** Alerts that had to come. */
  expected: number
  met: number
  /** `met / expected`; 1 where nothing was expected. */
  recall: number
  /** Of alerts that were raised while they were waited for; null: none was. */
  delayS: Delays | null
}

export interface KindScore extends Share {
  kind: string
  incidents: number
}

export interface ThresholdResult {
  /** For example `recall` or `fire.delayP95S`. */
  name: string
  wanted: number
  /** Null: nothing to measure. */
  got: number | null
  isMet: boolean
}

/** What a service made of a scenario. Times are ISO 8601 in simulated time. */
export interface Score extends Share {
  simulatedS: number
  kinds: KindScore[]
  /** All that the dispatch system was told. */
  alerts: number
  consequences: number
  unfounded: number
  /** `met / (met + unfounded)`; 1 where nothing was told. */
  precision: number
  unfoundedPerDay: number
  faults: { kind: string; faults: number; unfounded: number }[]
  missed: { incident: string; about: string; category: string; label?: string; from: string; by: string }[]
  /** Each alert, and what it was about. */
  told: ToldOf[]
  unfoundedAlerts: { id: string; rule: string; category: string; device?: string; raisedAt: string; fault?: string }[]
  thresholds: ThresholdResult[]
  /** All thresholds are met and no fault raised anything. */
  passed: boolean
}

export interface ToldOf {
  id: string
  rule: string
  category: string
  /** Device, house or place. */
  about: string
  raisedAt: string
  toldAt: string
  is: 'expected' | 'consequence' | 'unfounded'
  /** Incident, or the fault of the device. */
  of?: string
}

export interface Run {
  truths: readonly Truth[]
  alerts: readonly ToldAlert[]
  fromMs: number
  /** Alerts that may come later than this are not expected. */
  toMs: number
  thresholds?: Thresholds | undefined
}

const DAY_MS = 86_400_000

/** Compares what was told with what happened. */
export function toScore({ truths, alerts, fromMs, toMs, thresholds = {} }: Run): Score {
  const matching = matchAlerts(truths, alerts, toMs)
  const { expectations, consequences, unfounded } = matching
  const all = toShare(expectations)
  const told = all.met + unfounded.length
  const score: Omit<Score, 'thresholds' | 'passed'> = {
    ...{ simulatedS: (toMs - fromMs) / 1000, ...all },
    kinds: kindsOf(truths.filter(({ isIncident }) => isIncident)).map(([kind, some]) => ({
      ...{ kind, incidents: some.length },
      ...toShare(expectations.filter(({ truth }) => truth.kind === kind)),
    })),
    alerts: alerts.length,
    consequences: consequences.length,
    unfounded: unfounded.length,
    precision: told === 0 ? 1 : all.met / told,
    unfoundedPerDay: toMs > fromMs ? (unfounded.length * DAY_MS) / (toMs - fromMs) : 0,
    faults: kindsOf(truths.filter(({ isIncident }) => !isIncident)).map(([kind, some]) => ({
      ...{ kind, faults: some.length },
      unfounded: unfounded.filter(({ fault }) => fault?.kind === kind).length,
    })),
    missed: expectations.filter(({ met }) => met === null).map(toMissed),
    told: toTold(matching),
    unfoundedAlerts: unfounded.map(({ alert, fault }) => toUnfounded(alert, fault)),
  }
  const results = toResults(score, thresholds)
  const isQuiet = score.faults.every((fault) => fault.unfounded === 0)
  return { ...score, thresholds: results, passed: isQuiet && results.every(({ isMet }) => isMet) }
}

function kindsOf(truths: Truth[]): [kind: string, truths: Truth[]][] {
  const byKind = new Map<string, Truth[]>()
  for (const truth of truths) byKind.set(truth.kind, [...(byKind.get(truth.kind) ?? []), truth])
  return [...byKind].sort(([a], [b]) => (a < b ? -1 : 1))
}

function toShare(expectations: readonly Expectation[]): Share {
  const expected = expectations.length
  const met = expectations.filter((one) => one.met !== null).length
  return { expected, met, recall: expected === 0 ? 1 : met / expected, delayS: toDelays(expectations) }
}

function toDelays(expectations: readonly Expectation[]): Delays | null {
  const delays = expectations
    .flatMap(({ met, expected }) =>
      met && met.raisedMs >= expected.fromMs ? [(met.toldMs - expected.fromMs) / 1000] : [],
    )
    .sort((a, b) => a - b)
  return delays.length === 0 ? null : { median: quantile(delays, 0.5), p95: quantile(delays, 0.95) }
}

/** The smallest value that this share of all does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

function toMissed({ truth, expected }: Expectation): Score['missed'][number] {
  const { device, building, address, category, label, fromMs, byMs } = expected
  const about = device ?? building ?? address ?? truth.place
  return {
    ...{ incident: truth.id, about, category, ...(label !== undefined && { label }) },
    ...{ from: toIso(fromMs), by: toIso(byMs) },
  }
}

/** An alert that speaks for several incidents is told of with the first. */
function toTold({ expectations, consequences, unfounded }: Matching): ToldOf[] {
  const all = new Map<string, ToldOf>()
  const tell = (alert: ToldAlert, is: ToldOf['is'], of: Truth | null) => {
    const { id, rule, category, device, building, place, raisedMs, toldMs } = alert
    if (all.has(id)) return
    all.set(id, {
      ...{
        id,
        rule,
        category,
        about: device ?? building ?? place ?? '',
        raisedAt: toIso(raisedMs),
        toldAt: toIso(toldMs),
      },
      ...{ is, ...(of && { of: of.id }) },
    })
  }
  for (const { met, truth } of expectations) if (met) tell(met, 'expected', truth)
  for (const { alert, truth } of consequences) tell(alert, 'consequence', truth)
  for (const { alert, fault } of unfounded) tell(alert, 'unfounded', fault)
  return [...all.values()].sort((a, b) => (a.raisedAt + a.id < b.raisedAt + b.id ? -1 : 1))
}

function toIso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function toUnfounded(alert: ToldAlert, fault: Truth | null): Score['unfoundedAlerts'][number] {
  const { id, rule, category, device, raisedMs } = alert
  return {
    ...{ id, rule, category, ...(device !== undefined && { device }), raisedAt: toIso(raisedMs) },
    ...(fault && { fault: fault.id }),
  }
}

function toResults(score: Omit<Score, 'thresholds' | 'passed'>, thresholds: Thresholds): ThresholdResult[] {
  const { recall, precision, falsePerDay, delayP95S, kinds = {} } = thresholds
  return [
    ...atLeast('recall', recall, score.recall),
    ...atLeast('precision', precision, score.precision),
    ...atMost('falsePerDay', falsePerDay, score.unfoundedPerDay),
    ...atMost('delayP95S', delayP95S, score.delayS?.p95),
    ...Object.entries(kinds).flatMap(([kind, wanted]) => {
      const own = score.kinds.find((one) => one.kind === kind)
      return [
        ...atLeast(`${kind}.recall`, wanted.recall, own?.recall),
        ...atMost(`${kind}.delayP95S`, wanted.delayP95S, own?.delayS?.p95),
      ]
    }),
  ]
}

function atLeast(name: string, wanted: number | undefined, got: number | undefined): ThresholdResult[] {
  return wanted === undefined ? [] : [{ name, wanted, got: got ?? null, isMet: got === undefined || got >= wanted }]
}

/** Where nothing was told in time there is no delay to be too long: recall says so. */
function atMost(name: string, wanted: number | undefined, got: number | undefined): ThresholdResult[] {
  return wanted === undefined ? [] : [{ name, wanted, got: got ?? null, isMet: got === undefined || got <= wanted }]
}
