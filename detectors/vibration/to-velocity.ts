import type { Quantity } from '../../core/vibration.ts'
import { powerOfTwoFrom, realOf, spectrumOf } from './fourier.ts'
import { fitSteady, type Steady } from './steady.ts'

/** Velocity of one axis, mm/s. `fine` has `factor` values for each sample of the block. */
export interface Velocity {
  fine: Float64Array
  factor: number
  /** At the block's own sample rate. */
  values: Float64Array
}

/** High-pass of the Butterworth kind, eight poles as a whole and without phase: 1 Hz passes to 0.2 %, 0.25 Hz to 6 %. */
const CORNER_HZ = 0.5
const ORDER = 4
/** On either side of the block, s: two periods of the corner. */
const MARGIN_S = 4
/** A peak of 100 Hz lies within 0.1 % of the parabola through its highest values at this rate. */
const FINE_HZ = 2000

/**
 * Velocity of a measured velocity (mm/s) or acceleration (m/s²): a straight line is taken out, the block is carried on at
 * both ends by what it is made of (steady tones go on, the rest is mirrored) and faded out, then filtered and, for
 * acceleration, integrated in the frequency domain, with interpolation between the samples.
 */
export function toVelocity(measured: Float64Array, quantity: Quantity, sampleRateHz: number): Velocity {
  const count = measured.length
  const isAcceleration = quantity === 'acceleration'
  const steady = fitSteady(measured, sampleRateHz, (hz) => (isAcceleration ? 1 / hz : 1))
  const margin = Math.round(MARGIN_S * sampleRateHz)
  const size = powerOfTwoFrom(count + 2 * margin)
  const field = spectrumOf(carriedOn(measured, steady, margin, isAcceleration ? -1 : 1), size)
  filter(field, quantity, sampleRateHz)
  const factor = 2 ** Math.max(0, Math.ceil(Math.log2(FINE_HZ / sampleRateHz)))
  const whole = realOf(stretched(field, factor))
  const fine = whole.subarray(margin * factor, (margin + count - 1) * factor + 1)
  return { fine, factor, values: Float64Array.from({ length: count }, (_, i) => fine[i * factor]!) }
}

/** What is mirrored keeps its sign as velocity, so that acceleration changes it: its integral then has no jump either way. */
function carriedOn(values: Float64Array, steady: Steady, margin: number, sign: 1 | -1): Float64Array {
  const count = values.length
  const line = steady.line(0, count)
  const tones = steady.tones(-margin, count + 2 * margin)
  const out = new Float64Array(count + 2 * margin)
  for (let i = 0; i < count; i++) out[margin + i] = values[i]! - line[i]!
  const restAt = (i: number) => (i >= 0 && i < count ? out[margin + i]! - tones[margin + i]! : 0)
  for (let k = 1; k <= margin; k++) {
    const fade = 0.5 + 0.5 * Math.cos((Math.PI * k) / margin)
    out[margin - k] = fade * (tones[margin - k]! + sign * restAt(k))
    out[margin + count - 1 + k] = fade * (tones[margin + count - 1 + k]! + sign * restAt(count - 1 - k))
  }
  return out
}

function filter(field: Float64Array, quantity: Quantity, sampleRateHz: number): void {
  const size = field.length / 2
  for (let k = 0; k < size; k++) {
    const hz = ((k <= size / 2 ? k : k - size) * sampleRateHz) / size
    const ratio = (CORNER_HZ / Math.abs(hz)) ** (2 * ORDER)
    const gain = hz === 0 ? 0 : 1 / Math.sqrt(1 + ratio)
    const [re, im] = [field[2 * k]! * gain, field[2 * k + 1]! * gain]
    if (quantity === 'velocity' || hz === 0) {
      field[2 * k] = re
      field[2 * k + 1] = im
      continue
    }
    // 1 / (2πi f), and mm for m.
    const integral = 1000 / (2 * Math.PI * hz)
    field[2 * k] = im * integral
    field[2 * k + 1] = -re * integral
  }
}

/** The same signal with `factor` values for each one. */
function stretched(field: Float64Array, factor: number): Float64Array {
  if (factor === 1) return field
  const size = field.length / 2
  const out = new Float64Array(field.length * factor)
  const half = size / 2
  for (let k = 0; k < half; k++) {
    out[2 * k] = field[2 * k]! * factor
    out[2 * k + 1] = field[2 * k + 1]! * factor
    const [from, to] = [size - 1 - k, size * factor - 1 - k]
    if (k === half - 1) continue
    out[2 * to] = field[2 * from]! * factor
    out[2 * to + 1] = field[2 * from + 1]! * factor
  }
  return out
}
