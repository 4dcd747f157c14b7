import { solveSymmetric } from '../solve.ts'

/** A linear model fitted to days. */
export interface Fit {
  /** One per column. */
  coefficients: Float64Array
  /** Their covariance, row by row, with what resembling days and prior knowledge make of it. */
  covariance: Float64Array
  residuals: Float64Array
  /** How much each day counted, 0…1: what lies far off the others counts less. */
  weights: Float64Array
  /** Standard deviation of a single day about the model. */
  sigma: number
  /** How many free coefficients the model is worth: what prior knowledge holds back counts in part. */
  width: number
}

export interface FitOrder {
  columns: readonly Float64Array[]
  values: Float64Array
  /** Standard deviation that each coefficient is believed to have about 0 before anything is measured; Infinity: nobody knows. */
  priors: readonly number[]
  /** By how much a slow quantity varies more than it would if days were independent. */
  inflation: number
}

/** Residuals count in full up to so many standard deviations: 95 % as efficient as least squares where all is normal. */
const FULL_UP_TO = 1.345
/** So many times as far off they do not count at all, once the fit has settled a little. */
const NONSENSE = 8
const SETTLED = 3
const ROUNDS = 20
/** Median of the absolute value of a standard normal variable. */
const MEDIAN_OF_NORMAL = 0.6745

/**
 * Least squares in which outliers count less (Huber's M-estimator, iteratively reweighted, scale by the median absolute
 * residual) and coefficients may be believed to be small (ridge). Needs more values than coefficients nobody knows of; a
 * column that says nothing gets 0.
 *
 * Source: Huber, Robust Statistics (1981), chapter 7; covariance as in (6.5) there; Hoerl and Kennard, Technometrics 12 (1970).
 */
export function robustFit(order: FitOrder): Fit {
  const { columns, values } = order
  const count = values.length
  const weights = new Float64Array(count).fill(1)
  let fit = ridgeFit(order, weights, 0)
  let sigma = sigmaOf(fit.residuals, weights, fit.width)
  for (let round = 0; round < ROUNDS && sigma > 0; round++) {
    const scale = scaleOf(fit.residuals)
    let moved = 0
    for (let i = 0; i < count; i++) {
      const far = Math.abs(fit.residuals[i]!) / (FULL_UP_TO * scale)
      const weight = far <= 1 ? 1 : far > NONSENSE && round >= SETTLED ? 0 : 1 / far
      moved = Math.max(moved, Math.abs(weight - weights[i]!))
      weights[i] = weight
    }
    fit = ridgeFit(order, weights, sigma)
    sigma = sigmaOf(fit.residuals, weights, fit.width)
    if (moved < 1e-3 && round >= SETTLED) break
  }
  const even = new Float64Array(count).fill(1)
  const noise = sigma * sigma * order.inflation
  const covariance = inverse(penalised(columns, even, penaltiesOf(order, noise)), columns.length)
  return { ...fit, weights, sigma, covariance: covariance.map((one) => one * noise) }
}

/** Variance of a weighted sum of the coefficients. */
export function varianceOf(covariance: Float64Array, sum: readonly number[]): number {
  let variance = 0
  for (let a = 0; a < sum.length; a++)
    for (let b = 0; b < sum.length; b++) variance += sum[a]! * sum[b]! * covariance[a * sum.length + b]!
  return Math.max(0, variance)
}

/** What coefficients would be if the values were these: how they respond to something that the model does not know. */
export function responseTo(order: FitOrder, { sigma }: Fit, values: Float64Array): Float64Array {
  return ridgeFit({ ...order, values }, new Float64Array(values.length).fill(1), sigma).coefficients
}

interface Ridge {
  coefficients: Float64Array
  residuals: Float64Array
  width: number
}

function ridgeFit(order: FitOrder, weights: Float64Array, sigma: number): Ridge {
  const { columns, values } = order
  const penalties = penaltiesOf(order, sigma * sigma * order.inflation)
  const right = Float64Array.from(columns, (column) => weightedDot(column, values, weights))
  const coefficients = solveSymmetric(penalised(columns, weights, penalties), right)
  return { coefficients, residuals: residualsOf(columns, values, coefficients), width: widthOf(columns, penalties) }
}

/** What the diagonal of the normal matrix gains. */
function penaltiesOf({ priors }: FitOrder, noise: number): number[] {
  return priors.map((prior) => (prior === Number.POSITIVE_INFINITY || noise === 0 ? 0 : noise / prior ** 2))
}

/** Trace of the hat matrix. */
function widthOf(columns: readonly Float64Array[], penalties: readonly number[]): number {
  const even = new Float64Array(columns[0]!.length).fill(1)
  const covariance = inverse(penalised(columns, even, penalties), columns.length)
  return penalties.reduce((width, penalty, c) => width - penalty * covariance[c * columns.length + c]!, columns.length)
}

function penalised(
  columns: readonly Float64Array[],
  weights: Float64Array,
  penalties: readonly number[],
): Float64Array {
  const width = columns.length
  const matrix = new Float64Array(width * width)
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) matrix[a * width + b] = weightedDot(columns[a]!, columns[b]!, weights)
    matrix[a * width + a]! += penalties[a]!
  }
  return matrix
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * weights[i]!
  return sum
}

function inverse(matrix: Float64Array, width: number): Float64Array {
  const out = new Float64Array(width * width)
  for (let a = 0; a < width; a++) {
    const unit = new Float64Array(width)
    unit[a] = 1
    out.set(solveSymmetric(Float64Array.from(matrix), unit), a * width)
  }
  return out
}

function residualsOf(columns: readonly Float64Array[], values: Float64Array, coefficients: Float64Array): Float64Array {
  const residuals = Float64Array.from(values)
  for (const [c, column] of columns.entries())
    for (let i = 0; i < residuals.length; i++) residuals[i]! -= coefficients[c]! * column[i]!
  return residuals
}

function scaleOf(residuals: Float64Array): number {
  const sizes = residuals.map(Math.abs).sort()
  return Math.max(sizes[sizes.length >> 1]!, 1e-9 * sizes[sizes.length - 1]!) / MEDIAN_OF_NORMAL
}

function sigmaOf(residuals: Float64Array, weights: Float64Array, width: number): number {
  let [squares, full] = [0, 0]
  for (let i = 0; i < residuals.length; i++) {
    squares += (weights[i]! * residuals[i]!) ** 2
    if (weights[i]! === 1) full++
  }
  const share = Math.max(1, full) / residuals.length
  return Math.sqrt(squares / Math.max(1, residuals.length - width)) / share
}
