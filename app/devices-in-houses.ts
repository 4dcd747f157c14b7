import { isDeepStrictEqual } from 'node:util'
import type { Building } from '../core/building.ts'
import type { Device } from '../core/device.ts'
import { attributesOf } from '../detectors/houses/house-attributes.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import type { Registry } from '../ingest/registry.ts'

/** The registry as rules see it: what a device does not say of itself, its house says. */
export interface DevicesInHouses {
  /** The same object as long as neither has changed. */
  get(id: string): Device | undefined
  all(): Device[]
  /** Devices that a change of a house may mean something for. */
  touchedBy(before: Building | null, after: Building | null): Device[]
}

export function createDevicesInHouses(
  registry: Pick<Registry, 'get' | 'all'>,
  houses: Pick<HouseBook, 'houseOf'>,
): DevicesInHouses {
  const seen = new WeakMap<Device, { house: Building; device: Device }>()

  function inHouse(device: Device): Device {
    const house = houses.houseOf(device.id, device.attributes?.building)
    if (house === null) return device
    const known = seen.get(device)
    if (known?.house === house) return known.device
    const attributes = { ...attributesOf(house), ...device.attributes }
    const isSame = known !== undefined && isDeepStrictEqual(known.device.attributes, attributes)
    const made = isSame ? known.device : { ...device, attributes }
    seen.set(device, { house, device: made })
    return made
  }

  function get(id: string): Device | undefined {
    const device = registry.get(id)
    return device && inHouse(device)
  }

  return {
    get,
    all: () => registry.all().map(inHouse),
    touchedBy(before, after) {
      const listed = [before, after].flatMap((house) => house?.sensors ?? [])
      const id = (after ?? before)?.id
      const naming = registry.all().filter(({ attributes }) => id !== undefined && attributes?.building === id)
      return [...new Set([...listed, ...naming.map((device) => device.id)])].flatMap((one) => get(one) ?? [])
    },
  }
}
