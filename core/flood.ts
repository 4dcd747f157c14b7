import type { Severity } from './severity.ts'
import type { Subject } from './signal.ts'

/** What alerts of one category may have in common, so that many of them are one piece of news. */
export interface Cause {
  kind: 'gateway' | 'reach' | 'building' | 'device' | 'unknown'
  /** Gateway or device id, river with reach, address; empty for `unknown`. */
  name: string
}

/** When new alerts come too fast for a person. A flood begins above one number and ends below a lower one. */
export interface FloodLimits {
  windowS: number
  enterAbove: number
  leaveBelow: number
}

/** One alert as it came in a flood: what a list needs to name it. */
export interface FloodAlert {
  alertId: string
  /** 1 is the first-out: most often the cause, the others its consequences. */
  ordinal: number
  rule: string
  ruleTitle: { zh: string; en: string }
  category: string
  /** The worst that it was in the flood. */
  severity: Severity
  subject: Subject
  deviceName?: string
  place?: string
  cause: Cause
  /** Level 1 or life-safety: stands for itself, never in a group. */
  isApart: boolean
  isOpen: boolean
  raisedAtMs: number
  newestAtMs: number
  /** How often it was raised in this flood. */
  raised: number
}

/** Alerts of one category with one cause. */
export interface FloodGroup {
  cause: Cause
  category: string
  worst: Severity
  /** Alerts in it, and how many of them are open still. */
  count: number
  open: number
  firstOrdinal: number
  newest: { alertId: string; atMs: number }
}

/** One rule and subject with its part in what was raised. */
export interface AlertSource {
  rule: string
  ruleTitle: { zh: string; en: string }
  subject: Subject
  deviceName?: string
  place?: string
  /** How often it was raised. */
  count: number
  /** 0 to 1: of all that was raised in the same time. */
  share: number
}

/** What is known when a flood begins, and stays. */
export interface FloodStart {
  id: string
  /** When the first-out alert came. */
  firstAtMs: number
  /** When the number was exceeded. */
  beganAtMs: number
  first: FloodAlert
}

/** A flood that is over, for the shift report. */
export interface FloodRecord extends FloodStart {
  endedAtMs: number
  /** Times that an alert was raised, from the first-out on. */
  raised: number
  /** Different alerts. */
  alerts: number
  topSources: AlertSource[]
}

/** A flood that is on. */
export interface Flood extends FloodStart {
  raised: number
  alerts: number
  /** In first-out order, as many as are kept. */
  order: FloodAlert[]
  /** Largest first. */
  groups: FloodGroup[]
  /** Those that are never grouped, in first-out order. */
  apart: FloodAlert[]
}

/** How fast alerts come, and the flood if that is too fast. */
export interface FloodState {
  limits: FloodLimits
  /** Raised within the window that ends now. */
  newInWindow: number
  flood: Flood | null
  /** Floods that are over, newest first. */
  over: FloodRecord[]
}
