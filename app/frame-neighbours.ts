import type { Frame } from '../core/observation.ts'

/** The frames that came lately, to find the one that was taken before another. */
export interface FrameNeighbours {
  note(frame: Frame): void
  /** The last frame that the same device took before this one, at most `MAX_GAP_MS` earlier. */
  before(frame: Frame): Frame | undefined
}

/** A drone at 10 m/s has left the ground that a picture shows long before this. */
const MAX_GAP_MS = 60_000
/** Twice the pictures of a long patrol, for a flight that is uploaded as a whole. */
const FRAMES_OF_DEVICE = 512
const DEVICES = 100

/** Bounded: the latest frames of the devices that spoke last, in order of capture. */
export function createFrameNeighbours(): FrameNeighbours {
  const byDevice = new Map<string, Frame[]>()
  return {
    note(frame) {
      const frames = byDevice.get(frame.deviceId) ?? []
      byDevice.delete(frame.deviceId)
      byDevice.set(frame.deviceId, frames)
      if (byDevice.size > DEVICES) byDevice.delete(byDevice.keys().next().value as string)
      frames.splice(placeOf(frames, frame.atMs), 0, frame)
      if (frames.length > FRAMES_OF_DEVICE) frames.shift()
    },
    before({ deviceId, atMs }) {
      const frames = byDevice.get(deviceId) ?? []
      const last = frames.findLast((one) => one.atMs < atMs)
      return last && atMs - last.atMs <= MAX_GAP_MS ? last : undefined
    },
  }
}

/** After all frames that are not later; from the end, where it nearly always is. */
function placeOf(frames: Frame[], atMs: number): number {
  return frames.findLastIndex((one) => one.atMs <= atMs) + 1
}
