import type { Position } from './place.ts'

/** Named facts of a device or a place. */
export type Attributes = Record<string, string | number | boolean>

/** One entry of the device registry: who may speak, as what, from where, and how often it is expected to. */
export interface Device {
  id: string
  /** What kind of thing it is, for example `smoke-detector`; rules select by it. */
  type: string
  name?: string
  /** Human-readable address or reach, for example `东园路45号` or `文津河 K1+200`. */
  place?: string
  position?: Position
  /** Expected seconds between readings; silence is measured against it. */
  reportEveryS?: number
  /** Id of the gateway that it speaks through: when that is dead, the device is unknown, not broken. */
  gateway?: string
  /** What rules may ask about it, for example `{ storeys: 3, buildingLine: '3' }`. */
  attributes?: Attributes
  registeredAtMs: number
  /** `scrypt` or `sha256` digest of the token; the token itself is shown once and never stored. */
  tokenHash: string
}

/** Ids appear in topics and file names: 1 to 64 of letters, digits, `.`, `_`, `-`, starting with a letter or digit. */
export const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** Same alphabet for metrics, device types and rule ids. */
export const FIELD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
