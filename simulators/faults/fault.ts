import type { Truth } from '../incidents/incident.ts'

export const FAULT_KINDS = [
  'stuck',
  'spike',
  'drift',
  'drop-out',
  'duplicate',
  'reorder',
  'malformed',
  'clock',
  'clock-jump',
  'back-fill',
  'reconnect-storm',
  'flood',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** A fault of a device or of its line, with its time and devices fixed. The label is the truth's `kind`. */
export interface PlannedFault {
  truth: Truth
  kind: FaultKind
  deviceId: string
  fromMs: number
  toMs: number
  /** `clock`, `clock-jump`: ms that the device's clock is ahead, always or now and then. */
  offsetMs: number
  /** `flood`: messages a second. */
  perS: number
  /** Connections that break without a goodbye and come back. */
  cuts: Cut[]
}

export interface Cut {
  deviceId: string
  fromMs: number
  toMs: number
}
