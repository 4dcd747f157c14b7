import type { AlertSource } from './flood.ts'
import type { Severity } from './severity.ts'
import type { Subject } from './signal.ts'

/** How often and how long, mean in seconds; null where there was none. */
export interface MeanTime {
  count: number
  meanS: number | null
}

/** An alert that comes and goes faster than anybody can act on it. */
export interface ChatteringSource {
  rule: string
  ruleTitle: { zh: string; en: string }
  subject: Subject
  deviceName?: string
  place?: string
  /** Times that it was raised and twice more in the minute before. */
  count: number
  lastAtMs: number
}

/** An alert that is active for so long that nobody looks at it any more. */
export interface StaleAlert {
  alertId: string
  rule: string
  ruleTitle: { zh: string; en: string }
  severity: Severity
  subject: Subject
  deviceName?: string
  place?: string
  activeSinceMs: number
}

/** How one rule did: its part of the load, and how long people and the condition took. */
export interface RuleStatistics {
  rule: string
  ruleTitle: { zh: string; en: string }
  raised: number
  acknowledged: MeanTime
  cleared: MeanTime
  /** Of them, marked by a person as false alarms. */
  falseAlarms: number
}

/** How much alerts ask of people: the figures of alarm management over the last 24 clock hours. */
export interface AlertStatistics {
  /** Begin of the first hour counted, or when counting began. */
  fromMs: number
  toMs: number
  raised: number
  /** Marked as false alarms, and not taken back. */
  falseAlarms: number
  /** New alerts per ten minutes: in the last ten, on the mean, and in the worst ten. */
  per10Min: { now: number; mean: number; max: number }
  /** 0 to 1 of the time. */
  floodShare: number
  floods: number
  severities: Record<Severity, { count: number; share: number }>
  /** Most first; `count` is all of them. */
  chattering: { count: number; items: ChatteringSource[] }
  /** Longest first; likewise. */
  stale: { count: number; items: StaleAlert[] }
  topSources: AlertSource[]
  /** 0 to 1: the part of those ten in all that was raised. */
  topSourcesShare: number
  /** Most raised first. */
  rules: RuleStatistics[]
}
