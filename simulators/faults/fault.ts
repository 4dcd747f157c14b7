import type { Truth } from '../incidents/incident.ts'

export type FaultKind = 'stuck' | 'spike' | 'drop-out' | 'duplicate' | 'malformed' | 'clock'

/** A fault of a device or of its line, with its time and device fixed. The label is the truth's `kind`. */
export interface PlannedFault {
  truth: Truth
  kind: FaultKind
  deviceId: string
  fromMs: number
  toMs: number
  /** `clock`: ms that the device's clock is ahead. */
  offsetMs: number
}
