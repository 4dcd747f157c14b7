import type { Pose } from '../core/detection.ts'

/** A picture that a drone said to have taken, before or after the picture itself comes. */
export interface Capture {
  atMs: number
  name?: string
  pose: Pose
}

/** What drones said of pictures lately, to find the pose of one that comes. */
export interface Captures {
  note(deviceId: string, capture: Capture): void
  /** By file name, else the nearest in time within `NEAR_MS`. */
  find(deviceId: string, by: { name?: string | undefined; takenMs: number | null }): Capture | undefined
}

/** EXIF times are cut to the second. */
const NEAR_MS = 1_000
const CAPTURES_OF_DEVICE = 512
const DEVICES = 100

/** Bounded: the latest captures of the devices that spoke last. */
export function createCaptures(): Captures {
  const byDevice = new Map<string, Capture[]>()
  return {
    note(deviceId, capture) {
      const captures = byDevice.get(deviceId) ?? []
      byDevice.delete(deviceId)
      byDevice.set(deviceId, captures)
      if (byDevice.size > DEVICES) byDevice.delete(byDevice.keys().next().value as string)
      captures.push(capture)
      if (captures.length > CAPTURES_OF_DEVICE) captures.shift()
    },
    find(deviceId, { name, takenMs }) {
      const captures = byDevice.get(deviceId) ?? []
      const named = name && captures.findLast((one) => one.name?.toLowerCase() === name.toLowerCase())
      if (named) return named
      if (takenMs === null) return undefined
      const distance = (one: Capture) => Math.abs(one.atMs - takenMs)
      const near = captures.filter((one) => distance(one) <= NEAR_MS)
      return near.reduce<Capture | undefined>((a, b) => (a && distance(a) <= distance(b) ? a : b), undefined)
    },
  }
}
