import type { AlertMatcher } from '../../core/quiet.ts'
import type { Severity } from '../../core/severity.ts'

/** What quietens alerts besides people. Every part may be absent: then that gate is always open. */
export interface NoiseSettings {
  /** More than `changes` times raised or cleared within `withinMs`: held open until stable for `stableMs`. */
  flap?: { changes: number; withinMs: number; stableMs: number }
  /** Active and nobody's for this long: told again. Acknowledged ones too where that is said. */
  repeat?: { afterMs: Partial<Record<Severity, number>>; acknowledgedToo?: boolean }
  /** Of one rule at one place, at most so many are raised aloud within the time. */
  recurrence?: { announcements: number; withinMs: number }
  /**
   * Alerts with equal labels are told as one: the first waits `waitMs`, later ones update it at most every
   * `intervalMs`, and while it lasts it is told again every `repeatMs`.
   */
  grouping?: { by: string[]; waitMs: number; intervalMs: number; repeatMs: number }
  inhibitions?: Inhibition[]
  limits?: Partial<NoiseLimits>
}

/** While a source is active, targets with the same labels are its symptoms. */
export interface Inhibition {
  id: string
  source: AlertMatcher
  target: AlertMatcher
  /** Labels that must be known and the same: `place`, `gateway`, `device`, `category`, … */
  equal: string[]
}

/** How far a person's word reaches, and how many such words there may be. */
export interface NoiseLimits {
  shelfMs: number
  outOfServiceMs: number
  silenceMs: number
  shelves: number
  outOfService: number
  silences: number
}

const DAY_MS = 86_400_000

export const DEFAULT_LIMITS: NoiseLimits = {
  shelfMs: DAY_MS / 3,
  outOfServiceMs: 30 * DAY_MS,
  silenceMs: 30 * DAY_MS,
  shelves: 1000,
  outOfService: 5000,
  silences: 500,
}
