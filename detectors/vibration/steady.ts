import { solveSymmetric } from '../../core/solve.ts'
import { hann, powerOf, powerOfTwoFrom, spectrumOf, vertexOf } from './fourier.ts'

/** What goes on unchanged through a block: a straight line (zero error, drift) and a few tones. */
export interface Steady {
  /** The line at sample `from` and after. */
  line(from: number, count: number): Float64Array
  /** The tones alone, also before and after the block. */
  tones(from: number, count: number): Float64Array
}

interface Fit extends Steady {
  radians: number[]
  /** Offset, slope, then cosine and sine of each tone, around the middle of the block. */
  coefficients: Float64Array
  amplitudes: number[]
}

const LEAST_HZ = 0.7
/** Near half the sample rate there is nothing to be believed. */
const MOST_OF_RATE = 0.45
const MAX_TONES = 3
/** A tone needs two of its cycles in the block to be told from drift. */
const LEAST_CYCLES = 1.8
/** Of the greatest tone; what is smaller moves no peak near the edge by a percent. */
const LEAST_SHARE = 0.03
const MAX_REFINEMENTS = 4
/** A peak of the spectrum with less of its power is no tone that would go on. */
const LEAST_POWER_SHARE = 0.1
/** Bins of a peak, to either side: the window's main lobe. */
const LOBE = 4
/** Of a sample's turn, over the whole block: then it is exact enough. */
const FINE_TURN = 1e-4

/**
 * Least squares of a line and up to three sines whose frequencies are refined with them (IEEE 1057, four-parameter sine
 * fit, for several sines at once): a tone then neither bends the line nor is bent by it. `weigh` says how much a tone of
 * a frequency counts: 1 / Hz where it will be integrated.
 */
export function fitSteady(values: Float64Array, sampleRateHz: number, weigh: (hz: number) => number): Steady {
  const seconds = values.length / sampleRateHz
  const toHz = (radians: number) => (radians * sampleRateHz) / (2 * Math.PI)
  let fit = solveFit(values, [])
  let greatest = 0
  while (fit.radians.length < MAX_TONES) {
    const hz = strongestHz(values, fit, sampleRateHz, weigh)
    if (hz === null || hz * seconds < LEAST_CYCLES) break
    const tried = refine(values, [...fit.radians, (2 * Math.PI * hz) / sampleRateHz])
    const size = tried.amplitudes.at(-1)! * weigh(toHz(tried.radians.at(-1)!))
    if (!(size > LEAST_SHARE * greatest)) break
    greatest = Math.max(greatest, size)
    fit = tried
  }
  return fit
}

/** Frequency of the peak that counts most in what the fit leaves, or null without one. */
function strongestHz(
  values: Float64Array,
  fit: Fit,
  sampleRateHz: number,
  weigh: (hz: number) => number,
): number | null {
  const window = hann(values.length)
  const size = powerOfTwoFrom(2 * values.length)
  const [line, tones] = [fit.line(0, values.length), fit.tones(0, values.length)]
  const rest = values.map((value, i) => (value - line[i]! - tones[i]!) * window[i]!)
  const power = powerOf(spectrumOf(rest, size))
  const binHz = sampleRateHz / size
  const [from, to] = [Math.max(2, Math.ceil(LEAST_HZ / binHz)), Math.floor((MOST_OF_RATE * sampleRateHz) / binHz)]
  const heightAt = (k: number) => power[k]! * weigh(k * binHz) ** 2
  let best = 0
  for (let k = from; k <= to; k++) {
    const isTop = power[k]! > power[k - 1]! && power[k]! >= power[k + 1]!
    if (isTop && (best === 0 || heightAt(k) > heightAt(best))) best = k
  }
  if (best === 0 || lobeShare(heightAt, best, from, to) < LEAST_POWER_SHARE) return null
  const [before, peak, after] = [power[best - 1]!, power[best]!, power[best + 1]!]
  const { shift } = vertexOf(Math.log(before), Math.log(peak), Math.log(after))
  return (best + (Number.isFinite(shift) ? shift : 0)) * binHz
}

function lobeShare(heightAt: (k: number) => number, at: number, from: number, to: number): number {
  let [lobe, all] = [0, 0]
  for (let k = from; k <= to; k++) {
    all += heightAt(k)
    if (Math.abs(k - at) <= LOBE) lobe += heightAt(k)
  }
  return lobe / all
}

/** Gauss-Newton: amplitudes and the change of frequencies come of the same least squares. */
function refine(values: Float64Array, start: number[]): Fit {
  const mostStep = Math.PI / values.length
  let fit = solveFit(values, start)
  for (let round = 0; round < MAX_REFINEMENTS; round++) {
    const steps = frequencySteps(values, fit)
    const radians = fit.radians.map((one, k) => one + Math.min(mostStep, Math.max(-mostStep, steps[k]!)))
    if (radians.some((one) => !(one > 0 && one < Math.PI))) break
    fit = { ...fit, radians }
    if (steps.every((step) => Math.abs(step) * values.length < FINE_TURN)) break
    fit = solveFit(values, radians)
  }
  return solveFit(values, fit.radians)
}

function frequencySteps(values: Float64Array, { radians, coefficients }: Fit): Float64Array {
  const middle = (values.length - 1) / 2
  const columns = columnsOf(radians, 0, values.length, middle)
  const turning = radians.map((_, k) => {
    const [cosines, sines] = [columns[2 + 2 * k]!, columns[3 + 2 * k]!]
    const [a, b] = [coefficients[2 + 2 * k]!, coefficients[3 + 2 * k]!]
    const out = new Float64Array(values.length)
    for (let i = 0; i < out.length; i++) out[i] = ((i - middle) / values.length) * (b * cosines[i]! - a * sines[i]!)
    return out
  })
  const solved = leastSquares(values, [...columns, ...turning])
  return solved.slice(columns.length).map((step) => step / values.length)
}

function solveFit(values: Float64Array, radians: number[]): Fit {
  const middle = (values.length - 1) / 2
  const coefficients = leastSquares(values, columnsOf(radians, 0, values.length, middle))
  return {
    radians,
    coefficients,
    amplitudes: radians.map((_, k) => Math.hypot(coefficients[2 + 2 * k]!, coefficients[3 + 2 * k]!)),
    line(from, count) {
      const out = new Float64Array(count)
      for (let i = 0; i < count; i++)
        out[i] = coefficients[0]! + (coefficients[1]! * (from + i - middle)) / values.length
      return out
    },
    tones(from, count) {
      const out = new Float64Array(count)
      const columns = columnsOf(radians, from, count, middle)
      for (let c = 2; c < columns.length; c++)
        for (let i = 0; i < count; i++) out[i]! += coefficients[c]! * columns[c]![i]!
      return out
    },
  }
}

/** One, the time, then cosine and sine of each tone, by turning a vector on. */
function columnsOf(radians: readonly number[], from: number, count: number, middle: number): Float64Array[] {
  const length = 2 * middle + 1
  const times = new Float64Array(count)
  for (let i = 0; i < count; i++) times[i] = (from + i - middle) / length
  const columns = [new Float64Array(count).fill(1), times]
  for (const step of radians) {
    const [cosines, sines] = [new Float64Array(count), new Float64Array(count)]
    let [re, im] = [Math.cos(step * (from - middle)), Math.sin(step * (from - middle))]
    const [turnRe, turnIm] = [Math.cos(step), Math.sin(step)]
    for (let i = 0; i < count; i++) {
      cosines[i] = re
      sines[i] = im
      const next = re * turnRe - im * turnIm
      im = re * turnIm + im * turnRe
      re = next
    }
    columns.push(cosines, sines)
  }
  return columns
}

function leastSquares(values: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const width = columns.length
  const matrix = new Float64Array(width * width)
  const right = new Float64Array(width)
  for (let a = 0; a < width; a++) right[a] = dot(columns[a]!, values)
  for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) matrix[a * width + b] = dot(columns[a]!, columns[b]!)
  return solveSymmetric(matrix, right)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
