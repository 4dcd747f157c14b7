import { THIRD_OCTAVES_HZ } from '../../core/vibration.ts'
import { hann, powerOf, powerOfTwoFrom, spectrumOf } from './fourier.ts'

/** Mean squares by frequency: of bin k, around k × binHz. Its sum is that of the windowed values. */
export interface MeanSquares {
  binHz: number
  bins: Float64Array
}

export function meanSquaresOf(values: Float64Array, sampleRateHz: number): MeanSquares {
  const window = hann(values.length)
  const size = powerOfTwoFrom(values.length)
  const power = powerOf(
    spectrumOf(
      values.map((value, i) => value * window[i]!),
      size,
    ),
  )
  const weight = window.reduce((sum, one) => sum + one * one, 0)
  const bins = power.map((one, k) => ((k === 0 || k === power.length - 1 ? 1 : 2) * one) / (size * weight))
  return { binHz: sampleRateHz / size, bins }
}

/** Sum between two frequencies; bins that an end cuts count by their share. */
export function sumBetween({ binHz, bins }: MeanSquares, fromHz: number, toHz: number): number {
  const [from, to] = [fromHz / binHz, toHz / binHz]
  let sum = 0
  const last = Math.min(bins.length - 1, Math.ceil(to + 0.5))
  for (let k = Math.max(0, Math.floor(from - 0.5)); k <= last; k++) {
    const share = Math.min(to, k + 0.5) - Math.max(from, k - 0.5)
    if (share > 0) sum += Math.min(1, share) * bins[k]!
  }
  return sum
}

/** RMS by one-third octave of base ten around 10^(n/10) Hz (IEC 61260-1); 0 above half the sample rate. */
export function thirdOctavesOf(squares: MeanSquares): number[] {
  return THIRD_OCTAVES_HZ.map((_, n) => Math.sqrt(sumBetween(squares, 10 ** ((n - 0.5) / 10), 10 ** ((n + 0.5) / 10))))
}
