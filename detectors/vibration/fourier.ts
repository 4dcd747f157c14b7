import FFT from 'fft.js'

const transforms = new Map<number, FFT>()
const MAX_KEPT = 8

/** Least power of two that holds so many. */
export function powerOfTwoFrom(count: number): number {
  return 2 ** Math.max(1, Math.ceil(Math.log2(count)))
}

/** Spectrum of real values, filled up with zeros to `size`, a power of two: re, im, re, im, … of all `size` bins. */
export function spectrumOf(values: ArrayLike<number>, size: number): Float64Array {
  const field = new Float64Array(2 * size)
  for (let i = 0; i < values.length; i++) field[2 * i] = values[i]!
  const out = new Float64Array(2 * size)
  transformOf(size).transform(out, field)
  return out
}

/** Real part of the inverse transform, divided by the number of values. */
export function realOf(field: Float64Array): Float64Array {
  const size = field.length / 2
  const out = new Float64Array(2 * size)
  transformOf(size).inverseTransform(out, field)
  const real = new Float64Array(size)
  for (let i = 0; i < size; i++) real[i] = out[2 * i]!
  return real
}

/** Power of the bins up to half the sample rate. */
export function powerOf(spectrum: Float64Array): Float64Array {
  const power = new Float64Array(spectrum.length / 4 + 1)
  for (let k = 0; k < power.length; k++) power[k] = spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2
  return power
}

export function hann(length: number): Float64Array {
  const window = new Float64Array(length)
  for (let i = 0; i < length; i++) window[i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length)
  return window
}

/** Place of a peak between bins, and its height, by the parabola through three neighbours. */
export function vertexOf(before: number, peak: number, after: number): { shift: number; height: number } {
  const bend = before - 2 * peak + after
  if (!(bend < 0)) return { shift: 0, height: peak }
  const shift = (0.5 * (before - after)) / bend
  return Math.abs(shift) > 1 ? { shift: 0, height: peak } : { shift, height: peak - 0.25 * (before - after) * shift }
}

function transformOf(size: number): FFT {
  const known = transforms.get(size)
  if (known !== undefined) return known
  if (transforms.size >= MAX_KEPT) transforms.clear()
  const made = new FFT(size)
  transforms.set(size, made)
  return made
}
