import type { Observation } from './observation.ts'
import type { Signal } from './signal.ts'

/**
 * A fold over the journal: the same observations and clock give the same signals, live, after a restart and in a test.
 * `observe` first lets time pass up to the observation's arrival, so delays that ran out before it come first.
 */
export interface Judge {
  observe(observation: Observation): Signal[]
  /** Lets time pass to `clockMs` (never backwards) and returns what time alone decided. */
  advance(clockMs: number): Signal[]
  /** Clock at which `advance` would next decide something, or null. */
  nextDueMs(): number | null
  /** All state as JSON-safe data. */
  snapshot(): unknown
}
