import type { AlertView } from './alert-view.ts'
import type { Building, Visit } from './building.ts'
import type { FiledRecord } from './filed-record.ts'
import type { LimitCurve } from './hour-history.ts'

/**
 * What happened at one house in one month of the local calendar: a document, so its times are ISO 8601 in UTC. What is not known
 * is null or named in `missing`; it is never told as nothing.
 */
export interface ConservationReport {
  building: Building
  period: ReportPeriod
  made: ReportOrigin
  /** Parts that could not be asked for, or not wholly. */
  missing: ReportPart[]
  /** In words of both languages: what was exceeded and what moves; what is to do. */
  summary: { zh: [string, string]; en: [string, string] }
  sensors: SensorMonth[]
  /** Devices beyond those told of. */
  sensorsLeftOut: number
  limits: LimitCheck[]
  trends: TrendMonth[]
  mould: MouldMonth[]
  /** Newest first, without warnings. */
  alerts: AlertView[]
  alertsLeftOut: number
  /** Alerts about the house itself, each with the evidence that it rests on. */
  warnings: AlertView[]
  /** Newest first. */
  records: ReportRecord[]
  visits: (Omit<Visit, 'atMs' | 'building'> & { at: string })[]
}

export type ReportPart = 'readings' | 'peaks' | 'alerts' | 'trends' | 'ledger'

export interface ReportPeriod {
  /** `2026-10` */
  month: string
  timeZone: string
  from: string
  /** Exclusive. */
  to: string
  /** The month has not ended: all that is told goes to `until`. */
  inProgress: boolean
  until: string
  /** Whole hours from `from` to `until`. */
  hours: number
}

/** Who made the report, when, and of which state of the record. */
export interface ReportOrigin {
  at: string
  title: { zh: string; en: string }
  version: string
  /** The signed checkpoint of the ledger that covers everything decided before; null where there is none. */
  ledger: { origin: string; position: number; rootHash: string; at: string } | null
}

export interface SensorMonth {
  device: string
  type: string
  name?: string
  place?: string
  /** Hours in which something should have come: from its registration, or its first reading, to the end. Null where it is not known. */
  hoursExpected: number | null
  hoursHeard: number | null
  /** Longest first; the hours in which nothing came. */
  gaps: { from: string; hours: number }[]
  gapsTotal: number
  metrics: MetricMonth[]
}

export interface MetricMonth {
  metric: string
  unit: string
  readings: number
  /** Hours with readings. */
  hours: number
  min: number
  /** Of the hours' means. */
  mean: number
  max: number
  /** Days of the local calendar that have readings. */
  days: { day: string; hours: number; min: number; mean: number; max: number }[]
}

export type LimitSource =
  /** Set for this house, with who or what set it. */
  | { kind: 'house'; text: string }
  | {
      kind: 'standard'
      standard: string
      clause: string
      verified: boolean
      title: { zh: string; en: string }
      text: string
    }
  /** Of a rule that names no standard: a local choice. */
  | { kind: 'rule'; rule: string; title: { zh: string; en: string } }

/** One limit for one metric of one device, and how the month kept to it. */
export interface LimitCheck {
  device: string
  metric: string
  unit: string
  source: LimitSource
  /** What still keeps to it: `low` to `high`; the side that is absent has no limit. */
  low?: number
  high?: number
  /** An upper limit that runs over another metric of the device. */
  curve?: LimitCurve
  over?: string
  /** Where the warning begins, on the same sides. */
  warningLow?: number
  warningHigh?: number
  /** As a share of a curve. */
  warningShare?: number
  /** Hours are judged by their highest and lowest value, or by their mean where only what lasts counts. */
  by: 'peak' | 'mean'
  /** Hours that have readings to judge; null where that is not known. */
  hours: number | null
  /** Hours with at least one value in the range of the warning, those beyond the limit included. */
  hoursWarning: number | null
  hoursBeyond: number | null
  /** The value nearest to the limit, or farthest beyond. `share` of an upper limit above 0. `at` is the hour for a fixed limit. */
  worst?: { at: string; value: number; over?: number; share?: number }
  /** Of a limit over frequency: the worst reading of each hour, the worst ones first. */
  peaks?: ReportPeak[]
  /** The worst of each day with readings above a tenth of the limit. */
  days?: { day: string; share: number; value: number }[]
}

export interface ReportPeak {
  at: string
  metric: string
  value: number
  over: number | null
  share: number
}

/** How a wall, a crack or a foundation moves, freed of what temperature does to it where that is measured. */
export interface TrendMonth {
  device: string
  metric: string
  unit: string
  /** Begin of the readings that it rests on. */
  from: string
  days: number
  /** Unit per month of 30.44 days, with the ends of the 95 % interval; null while that cannot be said. */
  speed: { perMonth: number; low: number; high: number } | null
  /** Change since the begin, with the interval. */
  total?: { change: number; low: number; high: number }
  /** Why the speed cannot be said: days that there are and that are needed, or that the temperature rose with time. */
  unknown?: { reason: 'too_few_days' | 'temperature_like_time'; needed: number }
  /** Unit per °C, where a temperature was regressed out. */
  perDegree?: number
  /** By what it was freed of the seasons; `none`: by nothing, so that the interval holds what a season may do. */
  compensation?: 'temperature' | 'year' | 'none'
  /** Days of the month: the mean, the mean at equal temperature, and what the trend expects. */
  points: { day: string; value: number; compensated: number; fitted: number }[]
}

/** Growth of mould at one hygrometer. */
export interface MouldMonth {
  device: string
  /** 0 none to 6 everything covered, at the end of the month and at its begin. */
  index: number
  before: number
  hoursUnknown: number
  days: { day: string; index: number }[]
}

export interface ReportRecord
  extends Pick<FiledRecord, 'source' | 'recordId' | 'recordType' | 'facts' | 'correctedBy' | 'withdrawnBy'> {
  at: string
}

/** Makes reports, one after the other. */
export interface ConservationDesk {
  /** `month`: `2026-10`. Throws `not_found`, `bad_request` for a month to come, `overloaded`. */
  report(building: string, month: string): Promise<ConservationReport>
  /** The report as one HTML page that needs nothing but itself. */
  page(report: ConservationReport, language: 'zh' | 'en'): string
}
