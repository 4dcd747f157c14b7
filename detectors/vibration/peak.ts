import { hann, powerOf, powerOfTwoFrom, spectrumOf, vertexOf } from './fourier.ts'
import type { Velocity } from './to-velocity.ts'

/** The greatest absolute value, and where it lies in `fine`. */
export interface Peak {
  height: number
  at: number
}

/** Around the peak, s: a tone of 1 Hz has four cycles in it. */
const SECTION_S = 4
const LEAST_HZ = 0.5
/** Near half the sample rate filters of sensors leave nothing that could be believed. */
const MOST_OF_RATE = 0.45

export function peakOf(fine: ArrayLike<number>): Peak {
  let at = 0
  for (let i = 1; i < fine.length; i++) if (Math.abs(fine[i]!) > Math.abs(fine[at]!)) at = i
  const [before, height, after] = [at - 1, at, at + 1].map((i) => Math.abs(fine[i] ?? Number.NaN))
  const { height: top } = vertexOf(before!, height!, after!)
  return { height: Number.isNaN(top) ? height! : top, at }
}

/** Frequency with the most energy in the section of four seconds around the peak, Hz; 0 where nothing moves. */
export function dominantHz({ values, factor }: Velocity, peak: Peak, sampleRateHz: number): number {
  const length = Math.min(values.length, Math.round(SECTION_S * sampleRateHz))
  const from = Math.min(Math.max(0, Math.round(peak.at / factor - length / 2)), values.length - length)
  const window = hann(length)
  const size = powerOfTwoFrom(4 * length)
  const power = powerOf(
    spectrumOf(
      values.subarray(from, from + length).map((value, i) => value * window[i]!),
      size,
    ),
  )
  const binHz = sampleRateHz / size
  const last = Math.min(power.length - 2, Math.floor((MOST_OF_RATE * sampleRateHz) / binHz))
  let best = Math.max(1, Math.ceil(LEAST_HZ / binHz))
  for (let k = best; k <= last; k++) if (power[k]! > power[best]!) best = k
  if (!(power[best]! > 0)) return 0
  const { shift } = vertexOf(Math.log(power[best - 1]!), Math.log(power[best]!), Math.log(power[best + 1]!))
  return (best + (Number.isFinite(shift) ? shift : 0)) * binHz
}

/** Frequency of the half wave that holds the peak; null where the block ends before it does. */
export function zeroCrossingHz({ fine, factor }: Velocity, { at }: Peak, sampleRateHz: number): number | null {
  const sign = Math.sign(fine[at]!)
  if (sign === 0) return null
  let [left, right] = [at, at]
  while (left >= 0 && fine[left]! * sign > 0) left--
  while (right < fine.length && fine[right]! * sign > 0) right++
  if (left < 0 || right >= fine.length) return null
  const begin = left + fine[left]! / (fine[left]! - fine[left + 1]!)
  const end = right - fine[right]! / (fine[right]! - fine[right - 1]!)
  return (sampleRateHz * factor) / (2 * (end - begin))
}
