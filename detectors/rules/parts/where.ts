import Type, { type Static } from 'typebox'
import type { Device } from '../../../core/device.ts'
import { type TextMatch, toGlob } from '../../../core/glob.ts'

export const GLOBS = Type.Union(
  [Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })],
  {
    description: 'a text or a list of texts, with * and ? as wildcards',
  },
)
const DEVICE_PARTS = { type: Type.Optional(GLOBS), device: Type.Optional(GLOBS), place: Type.Optional(GLOBS) }

/** Which readings a rule looks at. The metric is required, the rest narrows by device. */
export const WHERE_METRIC = Type.Object({ ...DEVICE_PARTS, metric: GLOBS }, { additionalProperties: false })
/** Which devices a rule looks at, and at which one metric of theirs (all together when absent). */
export const WHERE_SILENCE = Type.Object(
  { ...DEVICE_PARTS, metric: Type.Optional(Type.String({ minLength: 1, description: 'the name of one metric' })) },
  { additionalProperties: false },
)
/** Which cameras a rule looks at. */
export const WHERE_DEVICE = Type.Object(DEVICE_PARTS, { additionalProperties: false })

/** The part of a `where` that is about the device. */
export type DeviceParts = Static<typeof WHERE_DEVICE>

/** Tests whether a device is meant. Without a registry entry only its id is known, so rules by type or place pass it by. */
export type DeviceMatch = (id: string, device: Device | undefined) => boolean

/** Makes the device test of a `where`. */
export function toDeviceMatch(where: DeviceParts | undefined): DeviceMatch {
  const type: TextMatch = toGlob(where?.type)
  const id: TextMatch = toGlob(where?.device)
  const place: TextMatch = toGlob(where?.place)
  return (deviceId, device) => id(deviceId) && type(device?.type) && place(device?.place)
}
