import { type Alert, deviceOf } from '../core/alert.ts'
import type { Cause } from '../core/flood.ts'

export interface CausePorts {
  /** The gateway that a device speaks through. */
  gatewayOf(deviceId: string): string | undefined
  /** River and reach of a chainage as places write it (`文津河 K1+240`), where the map knows it. */
  reachOf(river: string, alongM: number): string | undefined
}

const CHAINAGE = /^(.+?)\s*K(\d+)\+(\d{3})/
/** An address up to the house: what follows is a floor or a room. */
const HOUSE = /^.*[号栋幢]/

/**
 * What an alert probably has in common with others of its category: devices that fall silent their gateway, things at a
 * river the reach, all others the house.
 */
export function toCause(alert: Alert, { gatewayOf, reachOf }: CausePorts): Cause {
  const device = deviceOf(alert)
  if (alert.category === 'device' && device !== undefined) {
    if (alert.reason.code === 'gateway_silent') return { kind: 'gateway', name: device }
    const gateway = gatewayOf(device)
    if (gateway !== undefined) return { kind: 'gateway', name: gateway }
  }
  if (alert.place !== undefined) return toPlaceCause(alert.place, reachOf)
  return device === undefined ? { kind: 'unknown', name: '' } : { kind: 'device', name: device }
}

function toPlaceCause(place: string, reachOf: CausePorts['reachOf']): Cause {
  const [, river, km, metres] = CHAINAGE.exec(place) ?? []
  if (river === undefined) return { kind: 'building', name: HOUSE.exec(place)?.[0] ?? place }
  return { kind: 'reach', name: reachOf(river, Number(km) * 1000 + Number(metres)) ?? river }
}
