import type { FrameQuality } from '../../core/detection.ts'
import type { Raster } from './raster.ts'

/** Longer side at which sharpness is measured, so that cameras can be compared. */
export const QUALITY_SIDE_PX = 1280
/** Grey levels beyond which a sensor tells nothing. */
const BLACK = 3
const WHITE = 252

/** Sharpness, brightness and exposure of a picture whose longer side is no more than `QUALITY_SIDE_PX`. */
export function measureQuality(raster: Raster): FrameQuality {
  const grey = toGrey(raster)
  let [sum, clipped] = [0, 0]
  for (let at = 0; at < grey.length; at++) {
    const level = grey[at]!
    sum += level
    if (level <= BLACK || level >= WHITE) clipped++
  }
  return {
    sharpness: laplacianVariance(grey, raster.width, raster.height),
    brightness: sum / grey.length / 255,
    clipped: clipped / grey.length,
  }
}

/** uint8 [height, width] by the weights of BT.601. */
export function toGrey({ data, width, height }: Raster): Uint8Array {
  const grey = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < grey.length; at++, from += 3) {
    grey[at] = (data[from]! * 77 + data[from + 1]! * 150 + data[from + 2]! * 29) >> 8
  }
  return grey
}

/** 0 for a picture too small to have one. */
function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  let [count, sum, squares] = [0, 0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1, end = at + width - 2; at < end; at++) {
      const edge = grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!
      sum += edge
      squares += edge * edge
      count++
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2
}
