import type { BeforeAfter, Finding, FindingNews, FindingQuery } from '../../core/finding.ts'
import type { Page } from '../../core/history.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { Observation } from '../../core/observation.ts'
import type { Flight, FlightDetail, FlightQuery, PatrolPlan } from '../../core/patrol.ts'
import type { PatrolMap } from './patrol-map.ts'
import type { PatrolSettings } from './settings.ts'

export interface PatrolBookOptions {
  settings: PatrolSettings
  /** Rivers, reaches and masks. */
  map: PatrolMap
  /** Whether a device flies: only its frames and readings are part of patrols. Absent: every device does. */
  isDrone?(deviceId: string): boolean
  /** As an earlier book gave it. Throws `config_invalid` when it is of another version. */
  snapshot?: unknown
}

/**
 * What patrols saw, as a fold over the intake journal with people's words from the ledger at their places in it: the
 * same entries give the same flights and findings, with the same ids. It keeps no clock: time comes with observations
 * and `advance`, and never goes back.
 */
export interface PatrolBook {
  /** What became of findings; time passes to the observation's arrival first. One that was judged already says nothing. */
  observe(observation: Observation): FindingNews[]
  /** Lets time pass: flights end by silence, and what they looked at and did not see is gone. */
  advance(clockMs: number): FindingNews[]
  /** Clock at which `advance` would next decide something, or null. */
  nextDueMs(): number | null
  /**
   * Takes in `finding.reviewed`, `patrol.planned` and `patrol.withdrawn`; other entries change nothing. A word said
   * after an observation that is still to come (a replay) waits for it.
   */
  applyEntry(entry: LedgerEntry): FindingNews[]
  /** All state as JSON-safe data; later changes of the book do not reach it. */
  snapshot(): unknown

  /** Newest first. */
  flights(query: FlightQuery): Page<Flight>
  flight(id: string): FlightDetail | null
  /** Newest change first. */
  findings(query: FindingQuery): Page<Finding>
  finding(id: string): Finding | null
  /** The spot on the last two flights that looked at it; null where there is no such finding. */
  beforeAfter(findingId: string): BeforeAfter | null
  plans(): PatrolPlan[]
  measurements(): Measurement[]
}
