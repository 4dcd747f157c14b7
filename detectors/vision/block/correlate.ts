import type { GroundOffset } from '../camera.ts'
import { createFourier } from './fourier.ts'
import { type GroundRaster, NOTHING } from './rectify.ts'

/** How far the second raster must be moved to lie on the first, and how sure that is. */
export interface Shift extends GroundOffset {
  /** Height of the peak in standard deviations of the whole surface: about 6 for pictures that have nothing in common. */
  peak: number
}

/** Phase correlation of ground rasters of one size. */
export interface Correlator {
  /** What a raster is compared by; made once for each. */
  spectrumOf(raster: GroundRaster): Float64Array
  /** The best shift of no more than `withinM`. */
  shiftOf(a: Float64Array, b: Float64Array, cellM: number, withinM: number): Shift
}

/** Cells around one that it is compared with: shadows and slow changes of light say nothing. */
const HIGH_PASS_CELLS = 4
/** Frequencies much weaker than the mean are noise, and are not raised to the strength of the others. */
const WHITEN_FROM = 1e-3

/** `side` is a power of two. Source: Kuglin and Hines, The phase correlation image alignment method, 1975. */
export function createCorrelator(side: number): Correlator {
  const fourier = createFourier(side)
  const window = Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (side - 1)))
  return {
    spectrumOf(raster) {
      const detail = highPass(raster, side)
      for (let at = 0; at < detail.length; at++) detail[at]! *= window[at % side]! * window[Math.floor(at / side)]!
      return fourier.forward(detail)
    },
    shiftOf(a, b, cellM, withinM) {
      const surface = fourier.inverse(crossPower(a, b))
      const reach = Math.min(side / 2 - 1, Math.max(1, Math.floor(withinM / cellM)))
      let best = { value: Number.NEGATIVE_INFINITY, rows: 0, columns: 0 }
      for (let rows = -reach; rows <= reach; rows++) {
        for (let columns = -reach; columns <= reach; columns++) {
          const value = surface[2 * (((rows + side) % side) * side + ((columns + side) % side))]!
          if (value > best.value) best = { value, rows, columns }
        }
      }
      return { north: -best.rows * cellM, east: best.columns * cellM, peak: best.value / deviation(surface) }
    },
  }
}

/** What is left of each cell without the mean around it; 0 where nothing is known. */
function highPass(raster: GroundRaster, side: number): Float32Array {
  const stride = side + 1
  const sums = new Float64Array(stride * stride)
  const counts = new Float64Array(stride * stride)
  for (let row = 0; row < side; row++) {
    let [sum, count] = [0, 0]
    for (let column = 0; column < side; column++) {
      const value = raster[row * side + column]!
      if (value !== NOTHING) {
        sum += value
        count++
      }
      const at = (row + 1) * stride + column + 1
      sums[at] = sums[at - stride]! + sum
      counts[at] = counts[at - stride]! + count
    }
  }
  const boxOf = (table: Float64Array, x1: number, y1: number, x2: number, y2: number) =>
    table[y2 * stride + x2]! - table[y1 * stride + x2]! - table[y2 * stride + x1]! + table[y1 * stride + x1]!
  return raster.map((value, at) => {
    if (value === NOTHING) return 0
    const [row, column] = [Math.floor(at / side), at % side]
    const from = (i: number) => Math.max(0, i - HIGH_PASS_CELLS)
    const to = (i: number) => Math.min(side, i + HIGH_PASS_CELLS + 1)
    const box = [from(column), from(row), to(column), to(row)] as const
    return value - boxOf(sums, ...box) / boxOf(counts, ...box)
  })
}

function crossPower(a: Float64Array, b: Float64Array): Float64Array {
  const power = new Float64Array(a.length)
  let total = 0
  for (let at = 0; at < a.length; at += 2) {
    const [ar, ai, br, bi] = [a[at]!, a[at + 1]!, b[at]!, b[at + 1]!]
    power[at] = ar * br + ai * bi
    power[at + 1] = ai * br - ar * bi
    total += Math.sqrt(power[at]! ** 2 + power[at + 1]! ** 2)
  }
  const floor = (WHITEN_FROM * total * 2) / a.length + Number.MIN_VALUE
  for (let at = 0; at < a.length; at += 2) {
    const size = Math.sqrt(power[at]! ** 2 + power[at + 1]! ** 2) + floor
    power[at]! /= size
    power[at + 1]! /= size
  }
  return power
}

function deviation(surface: Float64Array): number {
  let [sum, squares] = [0, 0]
  for (let at = 0; at < surface.length; at += 2) {
    sum += surface[at]!
    squares += surface[at]! ** 2
  }
  const count = surface.length / 2
  return Math.sqrt(Math.max(Number.MIN_VALUE, squares / count - (sum / count) ** 2))
}
