import type { SimulatedDevice } from '../fleet.ts'
import { gaussAt, randomAt } from '../random.ts'

/** What every signal depends on when nothing is wrong. */
export interface Moment {
  device: SimulatedDevice
  atMs: number
  seed: number
}
export type Signal = (moment: Moment) => number

/** White noise of a sensor, one draw per reading. */
export function noise({ device, atMs, seed }: Moment, what: string): number {
  return gaussAt(seed, device.id, what, atMs)
}

/** What makes one device differ from the next of its type, -1…1, for good. */
export function trait({ device, seed }: Moment, what: string): number {
  return randomAt(seed, device.id, 'trait', what) * 2 - 1
}
