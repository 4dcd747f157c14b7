import type { Explanation } from './explanation.ts'
import type { QuietGate } from './quiet.ts'
import type { Severity } from './severity.ts'
import type { Subject } from './signal.ts'

export interface WhyQuestion {
  rule: string
  subject: Subject
  /** Absent: now. */
  atMs?: number
  /** How far back to begin when it is recomputed. */
  lookbackMs?: number
}

/** Why a rule fired or did not, for one subject at one moment. */
export interface WhyAnswer {
  rule: { id: string; title: { zh: string; en: string }; kind: string; version: string; number?: number }
  subject: Subject
  atMs: number
  /** `live`: asked of the judge itself. `recomputed`: its rule was put through the stored past up to that moment. */
  source: 'live' | 'recomputed'
  /** Null when the rule does not judge the subject, or nothing was ever heard of it; `unjudged` says which. */
  explanation: Explanation | null
  unjudged?: 'unknown_device' | 'not_meant' | 'no_data'
  recomputed?: { fromMs: number; observations: number; complete: boolean }
  /** The newest values of the subject up to that moment, oldest first. */
  readings: { device: string; metric: string; atMs: number; value: number; arrivalMs: number }[]
  /** The alert of rule and subject as it stood at that moment, if one was open. */
  alert?: {
    id: string
    state: 'active' | 'cleared'
    severity: Severity
    version: number
    raisedAtMs: number
    quiet?: QuietGate
    ruleVersion?: string
  }
}

/** Answers why. Throws `not_found` for an unknown rule, `bad_request`, `database_unavailable`, `overloaded`. */
export interface WhyDesk {
  why(question: WhyQuestion): Promise<WhyAnswer>
}
