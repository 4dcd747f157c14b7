import type { Device } from './device.ts'

/** What a caller says of a new device. */
export type DeviceSpec = Omit<Device, 'tokenHash' | 'registeredAtMs'>

/** Who may speak. Kept in memory, made durable in the ledger before a call resolves, so it needs no database. */
export interface DeviceRegistry {
  get(id: string): Device | undefined
  all(): Device[]
  /** Registers a device and returns its token, shown this once. Throws `conflict` if the id is taken, `bad_request`. */
  register(spec: DeviceSpec, by: string): Promise<{ device: Device; token: string }>
  /** Makes a new token; the old one stops working. Throws `not_found`. */
  replaceToken(id: string, by: string): Promise<{ token: string }>
  /** Constant time. False for unknown devices. */
  verify(id: string, token: string): boolean
}
