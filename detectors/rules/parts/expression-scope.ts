import type { Attributes, Device } from '../../../core/device.ts'
import type { Scope } from './expression.ts'
import type { WallTime } from './wall-clock.ts'

/** The device as expressions see it: of one that the registry does not know only the id can be asked. */
export function toDeviceScope(id: string, device: Device | undefined, attributes: Attributes): Scope {
  if (device === undefined) return { id, attributes }
  const { type, name, place, gateway } = device
  return {
    id,
    type,
    attributes,
    ...(name !== undefined && { name }),
    ...(place !== undefined && { place }),
    ...(gateway !== undefined && { gateway }),
  }
}

/** The local time as expressions see it; whole numbers of the language are bigints. */
export function toTimeScope({ hour, weekday }: WallTime): Scope {
  return { hour: BigInt(hour), weekday: BigInt(weekday) }
}
