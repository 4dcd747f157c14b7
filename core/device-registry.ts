import type { Attributes, Device } from './device.ts'

/** What a caller says of a new device. */
export type DeviceSpec = Omit<Device, 'tokenHash' | 'registeredAtMs'>

type Editable = Omit<DeviceSpec, 'id' | 'attributes'>
/**
 * What is to be different of a registered device, as a JSON merge patch (RFC 7396): null takes a field or an attribute
 * away, what is not named stays. A position is replaced as a whole.
 */
export type DeviceChange = { [Field in keyof Editable]?: Editable[Field] | null } & {
  attributes?: Record<string, Attributes[string] | null> | null
}

/** Who may speak. Kept in memory, made durable in the ledger before a call resolves, so it needs no database. */
export interface DeviceRegistry {
  get(id: string): Device | undefined
  all(): Device[]
  /** Registers a device and returns its token, shown this once. Throws `conflict` if the id is taken, `bad_request`. */
  register(spec: DeviceSpec, by: string): Promise<{ device: Device; token: string }>
  /** Changes what is known of a device; nothing is written when nothing differs. Throws `not_found`, `bad_request`. */
  change(id: string, change: DeviceChange, by: string): Promise<Device>
  /** Makes a new token; the old one stops working. Throws `not_found`. */
  replaceToken(id: string, by: string): Promise<{ token: string }>
  /** Constant time. False for unknown devices. */
  verify(id: string, token: string): boolean
}
