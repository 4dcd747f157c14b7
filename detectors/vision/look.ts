import type { Box } from './box.ts'
import type { Raster } from './raster.ts'

const HUES = 8
const LIGHTNESSES = 4
/** Pixels looked at along each side of a box. */
const SAMPLES_PER_SIDE = 32

/**
 * What lies inside a box as 12 numbers 0…255 that add up to about 255: eight hues, weighted by how colourful a pixel
 * is, and four lightnesses for the rest. Two looks are compared by the sum of their absolute differences (0…510).
 */
export function lookOf(raster: Raster, box: Box): number[] {
  const sums = new Float64Array(HUES + LIGHTNESSES)
  const columns = samplePoints(box.x1, box.x2, raster.width)
  for (const y of samplePoints(box.y1, box.y2, raster.height)) {
    for (const x of columns) addPixel(sums, raster.data, (y * raster.width + x) * 3)
  }
  const total = sums.reduce((a, b) => a + b, 0)
  return Array.from(sums, (sum) => (total === 0 ? 0 : Math.round((255 * sum) / total)))
}

function samplePoints(from: number, to: number, length: number): number[] {
  const count = Math.max(1, Math.min(SAMPLES_PER_SIDE, Math.ceil(to - from)))
  const inside = (at: number) => Math.min(length - 1, Math.max(0, Math.floor(at)))
  return Array.from({ length: count }, (_, i) => inside(from + ((i + 0.5) / count) * (to - from)))
}

function addPixel(sums: Float64Array, data: Uint8Array, at: number): void {
  const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
  const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)]
  const colourful = max === 0 ? 0 : (max - min) / max
  sums[Math.floor((hueOf(r, g, b, max, max - min) / 6) * HUES) % HUES]! += colourful
  sums[HUES + Math.min(LIGHTNESSES - 1, Math.floor(((max + min) / 511) * LIGHTNESSES))]! += 1 - colourful
}

/** 0…6; 0 for grey. */
function hueOf(r: number, g: number, b: number, max: number, spread: number): number {
  if (spread === 0) return 0
  if (max === r) return ((g - b) / spread + 6) % 6
  if (max === g) return (b - r) / spread + 2
  return (r - g) / spread + 4
}
