import type { Position } from './place.ts'

/**
 * Where a house stands. `quiet`: nothing speaks of works. `watched`: a record opened a window, or something was sensed, and it is
 * not enough. `likely`: works that nobody filed are likely, and somebody has to go and look. `approved`: works are filed for this
 * house and time; limits still apply. `confirmed`: a visit found works that are not filed.
 */
export const SUSPICION_STATES = ['quiet', 'watched', 'likely', 'approved', 'confirmed'] as const
export type SuspicionState = (typeof SUSPICION_STATES)[number]

/** What else could explain a piece of evidence, and what share of what was heard that leaves (0…1). */
export interface OtherCause {
  /** `filed`, `neighbour`, `filed_nearby`, `road_works`, `weather`, `festival`, `sensor_fault`, `quiet_inside`, `dust_alone`, `only_one`, `visited`, `not_here`; more may come. */
  code: string
  title: { zh: string; en: string }
  leaves: number
  /** The house whose works it may be, for `neighbour` and `filed_nearby`. */
  building?: string
  /** Numbers and names that say why, for example {houses: 4}. */
  params?: Record<string, number | string>
}

/** One piece of evidence: what was heard, seen or reported of one kind in the last days, a record, the last visit. */
export interface Evidence {
  /** Name in the table of likelihood ratios: `lease.signed`, `drilling`, `dust`, `debris` … */
  kind: string
  title: { zh: string; en: string }
  /** What would take its weight away. */
  cancels: { zh: string; en: string }
  /** Begin and end of what was seen, ms; the same for a record. */
  fromMs: number
  atMs: number
  /** What was measured or filed, units in the names: {bursts: 14, ppv_mm_s: 2.1}. */
  facts: Record<string, number | string>
  /** Natural logarithm of the likelihood ratio beside all else that is seen, if nothing else explained it; below 0 it speaks against works. */
  fullWeight: number
  /** The same of what other causes leave of it; of a visit what its age leaves. */
  weight: number
  /** Devices, `source|recordId` of records, findings or visits that it rests on. */
  from: string[]
  otherCauses: OtherCause[]
}

/** A time in which works are more likely than usual, opened by a record. */
export interface SuspicionWindow {
  source: string
  recordId: string
  recordType: string
  fromMs: number
  untilMs: number
}

/** What is thought of one house, with everything that it rests on. */
export interface Suspicion {
  building: string
  state: SuspicionState
  /** That unfiled works are going on, 0…1: logistic of the prior and all weights. */
  probability: number
  /** Natural logarithm of the odds before any evidence. */
  prior: number
  windows: SuspicionWindow[]
  /** Heaviest first, whatever its sign. */
  evidence: Evidence[]
  /** The answer to "is there a works filing for this house and time": the record, or null. Absent while it was not asked. */
  filing?: { askedMs: number; record: { source: string; recordId: string; filing?: string; untilMs: number } | null }
  /** Since when works have been likely, and until when somebody must have looked. */
  likelySinceMs?: number
  visitByMs?: number
  /** The last visit that was counted. */
  visit?: { id: string; atMs: number; result: string }
}

/** `weighed`: it goes on and its evidence changed; `overdue`: nobody went in time; `settled`: it is over. */
export type SuspicionChange = 'opened' | 'weighed' | 'likely' | 'overdue' | 'approved' | 'confirmed' | 'settled'

/** What became of a suspicion; what rules see of it, right after the observation, the moment or the word that caused it. */
export interface SuspicionNews {
  kind: 'suspicion'
  /** Position and arrival of the observation that changed it. */
  seq: number
  arrivalMs: number
  atMs: number
  change: SuspicionChange
  suspicion: Suspicion
  address: string
  position?: Position
}

/** Pieces of evidence that an alert tells. */
const MAX_TOLD_EVIDENCE = 16

/** What an alert tells of the house that it is about, as it stood when the alert last changed. */
export interface AlertSuspicion extends Suspicion {
  address: string
  /** Lighter pieces that are not listed, and their weights together. */
  further?: { pieces: number; weight: number }
}

export function toAlertSuspicion({ suspicion, address }: Pick<SuspicionNews, 'suspicion' | 'address'>): AlertSuspicion {
  const further = suspicion.evidence.slice(MAX_TOLD_EVIDENCE)
  const weight = further.reduce((sum, one) => sum + one.weight, 0)
  return {
    ...suspicion,
    address,
    evidence: suspicion.evidence.slice(0, MAX_TOLD_EVIDENCE),
    ...(further.length > 0 && { further: { pieces: further.length, weight } }),
  }
}

/** Somebody should have looked by now. */
export function isOverdue({ state, visitByMs }: Pick<Suspicion, 'state' | 'visitByMs'>, nowMs: number): boolean {
  return state === 'likely' && visitByMs !== undefined && nowMs >= visitByMs
}
