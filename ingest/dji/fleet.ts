import type { DeviceRegistry } from '../../core/device-registry.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'

/** Which drone a dock or remote controller speaks for now. */
export interface Fleet {
  /** The gateway carried something of this drone, or named it in its topology. */
  heard(gateway: string, drone: string): void
  /** What the gateway says of flights and media is of this drone. Refuses `unknown_device` when none is registered. */
  droneOf(gateway: string): string | Refusal
  /** True when the device flies: it has a gateway, or is of type `drone`. */
  isDrone(sn: string): boolean
  /** The drones that are connected through the gateway now; returns what changed since it said so last. */
  topology(gateway: string, drones: string[]): { came: string[]; went: string[] }
}

const MAX_GATEWAYS = 10_000

export function createFleet(registry: Pick<DeviceRegistry, 'get' | 'all'>): Fleet {
  const present = new Map<string, string>()
  const connected = new Map<string, string[]>()

  function isOf(gateway: string, drone: string): boolean {
    return registry.get(drone)?.gateway === gateway
  }

  return {
    heard(gateway, drone) {
      if (!isOf(gateway, drone)) return
      present.delete(gateway)
      present.set(gateway, drone)
      if (present.size > MAX_GATEWAYS) present.delete(present.keys().next().value as string)
    },
    droneOf(gateway) {
      const last = present.get(gateway)
      if (last !== undefined && isOf(gateway, last)) return last
      const own = registry.all().filter((device) => device.gateway === gateway)
      if (own.length === 1) return (own[0] as { id: string }).id
      if (own.length === 0 && registry.get(gateway)?.type === 'drone') return gateway
      return own.length === 0
        ? refuse('unknown_device', `no drone is registered with the gateway ${gateway}`)
        : refuse('unknown_device', `${own.length} drones are registered with this gateway, and none was heard yet`)
    },
    isDrone(sn) {
      const device = registry.get(sn)
      return device?.gateway !== undefined || device?.type === 'drone'
    },
    topology(gateway, drones) {
      const before = connected.get(gateway) ?? []
      connected.delete(gateway)
      connected.set(gateway, drones)
      if (connected.size > MAX_GATEWAYS) connected.delete(connected.keys().next().value as string)
      return {
        came: drones.filter((sn) => !before.includes(sn)),
        went: before.filter((sn) => !drones.includes(sn)),
      }
    },
  }
}
