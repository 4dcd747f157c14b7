import type { Severity } from './severity.ts'
import type { Subject } from './signal.ts'

/** From being raised to being cleared: one rule, one subject. Times are those of the judging, ms. */
export interface Episode {
  rule: string
  subject: Subject
  /** Where it was, empty when nobody knows. */
  place: string
  raisedAtMs: number
  /** Null: it fires still at the end. */
  clearedAtMs: number | null
  /** The worst that it was. */
  severity: Severity
}

/** What came of one rule. */
export interface RuleTally {
  rule: string
  title: { zh: string; en: string }
  alerts: number
  /** How many had which severity at their worst. */
  bySeverity: Partial<Record<Severity, number>>
  activeMs: number
  longestMs: number
}

/** What came of one set of rules. Alerts are counted when they are raised, those from before the time asked for are not. */
export interface RunReport {
  rulesVersion: string
  rules: number
  alerts: number
  /** What would have been told as history only: it came too late to be an alert. Not among the alerts. */
  historical: number
  /** Every day of the time asked for, in order. */
  perDay: { day: string; alerts: number }[]
  /** Most alerts first; beyond the first hundred all together under `others`. */
  perPlace: { place: string; alerts: number }[]
  otherPlaces: { places: number; alerts: number } | null
  perRule: RuleTally[]
  bySeverity: Partial<Record<Severity, number>>
  /** Time that alerts were active, all added up. */
  activeMs: number
  longest: Episode | null
  /** Alerts that fire still at the end. */
  stillActive: number
  floodMinutes: number
  floods: number
}

/** An alert that both sets raise, but not alike. */
export interface ChangedEpisode {
  before: Episode
  after: Episode
}

/** What the new rules would have done differently. Lists hold the first ones; the numbers are of all. */
export interface DiffReport {
  same: number
  added: number
  vanished: number
  changed: number
  perRule: { rule: string; before: number; after: number; added: number; vanished: number; changed: number }[]
  addedFirst: Episode[]
  vanishedFirst: Episode[]
  changedFirst: ChangedEpisode[]
  /** False: there were too many alerts to compare them all; numbers and lists are of the first ones. */
  complete: boolean
}

export interface BacktestReport {
  fromMs: number
  toMs: number
  /** From here on was judged, so that delays and windows were under way at `fromMs`. */
  judgedFromMs: number
  observations: number
  readings: number
  devices: number
  after: RunReport
  /** The rules in force, and the difference to them; null when nothing was compared. */
  before: RunReport | null
  diff: DiffReport | null
}
