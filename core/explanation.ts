import type { Severity } from './severity.ts'
import type { Reason, Subject } from './signal.ts'

/** What lets a condition through to an alert, in the order in which it is asked. */
export type GateName =
  | 'input'
  | 'condition'
  | 'repeat'
  | 'schedule'
  | 'delay'
  | 'raises'
  | 'out_of_service'
  | 'shelf'
  | 'false_alarm'
  | 'silence'
  | 'inhibition'
  | 'recurrence'
  | 'group'

export interface Gate {
  gate: GateName
  /** Whether it lets the condition through (or, for an alert that is on, keeps it on). */
  passed: boolean
  /** Numbers and names that say why, for example `{ count: 2, needed: 3 }`. */
  facts: Record<string, number | string | boolean>
  /** When it last changed its mind, ms, and when it would next if nothing new comes. */
  sinceMs?: number
  untilMs?: number
}

/** One severity of a rule against what was measured. */
export interface Predicate {
  severity: Severity
  /** Whether the measured value met it. */
  holds: boolean
  /** It holds only because it held before: the value is within the hysteresis. */
  byHysteresis: boolean
  /** Value, limit, unit, clause. */
  reason: Reason
}

/** Why a rule does or does not fire for a subject, as its judge sees it at one moment. */
export interface Explanation {
  rule: string
  ruleVersion: string
  subject: Subject
  /** Clock of the judge, ms. */
  clockMs: number
  /** What the judge says: active, not active, or unknown because it has no value to judge. */
  state: 'active' | 'inactive' | 'unknown'
  severity: Severity | null
  /** The newest values that were judged. */
  inputs: { metric: string; device?: string; value: number; atMs: number }[]
  predicates: Predicate[]
  gates: Gate[]
  /** The first gate that does not let it through, or null when it is active. */
  stoppedBy: GateName | null
}
