import { DEVICE_TYPES, METRICS } from '../../../core/metrics.ts'
import type { BuildingFileView, HouseLimitView, SummaryView } from '../../house-contract.ts'
import type { Series } from '../detail/to-series.ts'

/** How far back charts go, and how much is summed up to one point: some hundred points each. */
export const SPANS = [
  { id: 'd7', days: 7, stepS: 3_600 },
  { id: 'd30', days: 30, stepS: 3_600 },
  { id: 'd90', days: 90, stepS: 21_600 },
  { id: 'y1', days: 365, stepS: 86_400 },
] as const
export type SpanId = (typeof SPANS)[number]['id']

/** Metrics that move so slowly that a trend says more than a value. */
export const SLOW: ReadonlySet<string> = new Set(['crack_mm', 'tilt_mm_m', 'settle_mm'])

/** A pause this many times longer than usual is a gap. */
const GAP_FACTOR = 3

/** Means with their least and greatest values, each in the middle of its step; null where nothing was measured, so that a gap is drawn as one. */
export function toSummarySeries({ at, mean, min, max, stepS }: SummaryView): Required<Series> {
  const series: Required<Series> = { atS: [], values: [], band: { low: [], high: [] } }
  const gapS = GAP_FACTOR * usualStepS(at, stepS)
  const push = (atS: number, ...[value, low, high]: (number | null)[]) => {
    series.atS.push(atS)
    series.values.push(value ?? null)
    series.band.low.push(low ?? null)
    series.band.high.push(high ?? null)
  }
  at.forEach((atMs, i) => {
    const atS = atMs / 1000 + stepS / 2
    const lastS = series.atS.at(-1)
    if (lastS !== undefined && atS - lastS > gapS) push((lastS + atS) / 2, null, null, null)
    push(atS, mean[i]!, min[i]!, max[i]!)
  })
  return series
}

/** The median pause, at least one step. */
function usualStepS(at: readonly number[], stepS: number): number {
  const pauses = at.slice(1).map((atMs, i) => (atMs - at[i]!) / 1000)
  return Math.max(stepS, pauses.sort((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? stepS)
}

/** One chart: a metric of a device, with the limits that it is held to. */
export interface Curve {
  device: string
  metric: string
  limits: HouseLimitView[]
}

/** Shown first: what houses fall by, then what rots them. */
const FIRST = ['crack_mm', 'tilt_mm_m', 'settle_mm', 'ppv_mm_s', 'moisture_pct', 'rh_pct', 'temp_c']
/** Says something about another metric, or about the device. */
const BESIDES = /^(freq_|vib_|work_|ppv_[xyzh]_|pvs_|battery|rssi|snr)/

/** All charts of a house, also of devices that say nothing now: what is missing must be seen. */
export function curvesOf({ sensors, limits }: Pick<BuildingFileView, 'sensors' | 'limits'>): Curve[] {
  const curves = sensors.flatMap(({ id, type, latest }) => {
    const usual = DEVICE_TYPES[type]?.metrics ?? []
    const told = latest.map(({ metric }) => metric).filter((metric) => Object.hasOwn(METRICS, metric))
    const metrics = [...new Set([...usual, ...told])].filter((metric) => !BESIDES.test(metric))
    return metrics.map((metric): Curve => ({ device: id, metric, limits: limitsOf(limits, id, metric) }))
  })
  return curves.sort((a, b) => rankOf(a) - rankOf(b))
}

function limitsOf(limits: readonly HouseLimitView[], device: string, metric: string): HouseLimitView[] {
  return limits.filter((limit) => limit.device === device && limit.metric === metric)
}

function rankOf({ metric, limits }: Curve): number {
  const at = FIRST.indexOf(metric)
  return (at < 0 ? FIRST.length : at) + (limits.length > 0 ? 0 : 100)
}

/** A line of a chart. */
export interface LimitLine {
  value: number
  isWarning: boolean
}

/** The limit that counts: one set for the house, else the strictest. Charts show its lines; the others are named below. */
export function chosenLimit(limits: readonly HouseLimitView[]): HouseLimitView | undefined {
  const [own] = limits.filter(({ source }) => source.kind === 'house')
  return own ?? [...limits].sort((a, b) => strictness(a) - strictness(b))[0]
}

function strictness(limit: HouseLimitView): number {
  return leastOf(limit) ?? Number.POSITIVE_INFINITY
}

/** The upper limit; of one that runs over a frequency its strictest value. */
export function leastOf({ high, curve }: Pick<HouseLimitView, 'high' | 'curve'>): number | undefined {
  return curve ? Math.min(...curve.map(([, limit]) => limit)) : high
}

export function linesOf(limit: HouseLimitView | undefined): LimitLine[] {
  if (limit === undefined) return []
  const high = leastOf(limit)
  const { low, warningLow, warningHigh, warningShare, curve } = limit
  const warning = curve && high !== undefined && warningShare !== undefined ? high * warningShare : warningHigh
  return [
    ...(high === undefined ? [] : [{ value: high, isWarning: false }]),
    ...(warning === undefined ? [] : [{ value: warning, isWarning: true }]),
    ...(low === undefined ? [] : [{ value: low, isWarning: false }]),
    ...(warningLow === undefined ? [] : [{ value: warningLow, isWarning: true }]),
  ]
}

/** Something at the house that may have changed what is measured. */
export interface HouseMark {
  atMs: number
  kind: 'visit' | 'works' | 'repair'
}

/** Visits, works of the register and repairs, oldest first. */
export function marksOf({ building, visits, records, pictures }: BuildingFileView): HouseMark[] {
  const repairs = [building.lastRepair, ...pictures.filter(({ kind }) => kind === 'repair').map((one) => one.takenOn)]
  const marks: HouseMark[] = [
    ...visits.map(({ at }) => ({ atMs: Date.parse(at), kind: 'visit' as const })),
    ...records
      .filter(({ recordType, withdrawnBy }) => recordType.startsWith('works.') && withdrawnBy === undefined)
      .map(({ at, facts }) => ({ atMs: Date.parse(String(facts.validFrom ?? at)), kind: 'works' as const })),
    ...repairs.flatMap((on) =>
      on !== undefined && /^\d{4}-\d{2}/.test(on) ? [{ atMs: Date.parse(on), kind: 'repair' as const }] : [],
    ),
  ]
  return marks.filter(({ atMs }) => Number.isFinite(atMs)).sort((a, b) => a.atMs - b.atMs)
}
