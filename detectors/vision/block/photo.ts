import type { Pose } from '../../../core/detection.ts'
import type { Position } from '../../../core/place.ts'
import { type CameraView, viewOf } from '../camera.ts'
import type { Size } from '../letterbox.ts'

/** uint8 [height, width] */
export interface Grey extends Size {
  data: Uint8Array
}

/** A picture that may be laid over others. */
export interface Photo {
  /** Full size in pixels; `view` is in these. */
  size: Size
  /** The picture in grey and its halves, largest first. */
  levels: readonly Grey[]
  position: Position
  view: CameraView
  pose: Pose
  /** When it was taken, ms since the epoch, where that is known. */
  atMs?: number | undefined
}

/** Longer side of the largest level: enough to tell a stone of a hand's breadth from 40 m. */
export const PHOTO_SIDE_PX = 1000
const SMALLEST_SIDE_PX = 100

/** Null when the pose lacks position, height or gimbal angles. `grey`: the whole picture, at most `PHOTO_SIDE_PX` long. */
export function createPhoto(grey: Grey, size: Size, pose: Pose, takeOffOverWaterM = 0): Photo | null {
  const view = viewOf(pose, size, takeOffOverWaterM)
  if (!view || !pose.position) return null
  return { size, levels: halves(grey), position: pose.position, view, pose }
}

/** Metres of ground along the longer side, were the camera to look straight down. */
export function groundWidthM({ size, view }: Photo): number {
  return (view.heightM * Math.max(size.width, size.height)) / view.focalPx
}

function halves(grey: Grey): Grey[] {
  const levels = [grey]
  for (let last = grey; Math.min(last.width, last.height) >= 2 * SMALLEST_SIDE_PX; levels.push(last)) last = half(last)
  return levels
}

function half({ data, width, height }: Grey): Grey {
  const [columns, rows] = [width >> 1, height >> 1]
  const small = new Uint8Array(columns * rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = 2 * y * width + 2 * x
      small[y * columns + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2
    }
  }
  return { data: small, width: columns, height: rows }
}
