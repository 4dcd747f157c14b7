import { invertSymmetric, solveSymmetric } from '../solve.ts'
import { type Normal, normalOf, weigh } from './normal-equations.ts'

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
export function robustFit(order: FitOrder, begin?: Float64Array): Fit {
  const { columns, values } = order
  const normal = normalOf(columns, values)
  const weights = begin?.slice() ?? new Float64Array(values.length).fill(1)
  let fit = ridgeFit(order, normal, weights, 0)
  let width = columns.length
  let sigma = sigmaOf(fit.residuals, weights, width)
  for (let round = 0; round < ROUNDS && sigma > 0; round++) {
    const moved = reweigh(weights, fit.residuals, begin !== undefined || round >= SETTLED)
    fit = ridgeFit(order, normal, weights, sigma)
    // The width hardly changes once the scale is known.
    if (round === 1) width = widthOf(order, normal, sigma)
    sigma = sigmaOf(fit.residuals, weights, width)
    if (moved < 1e-3 && round >= SETTLED) break
  }
  const noise = sigma * sigma * order.inflation
  const covariance = invertSymmetric(penalised(normal.matrix, penaltiesOf(order, noise)), columns.length)
  return { ...fit, weights, sigma, width, covariance: covariance.map((one) => one * noise) }
}

/** Sets the weights by the residuals; gives by how much one changed at most. */
function reweigh(weights: Float64Array, residuals: Float64Array, isSettled: boolean): number {
  const scale = scaleOf(residuals)
  let moved = 0
  for (let i = 0; i < weights.length; i++) {
    const far = Math.abs(residuals[i]!) / (FULL_UP_TO * scale)
    const weight = far <= 1 ? 1 : far > NONSENSE && isSettled ? 0 : 1 / far
    moved = Math.max(moved, Math.abs(weight - weights[i]!))
    weights[i] = weight
  }
  return moved
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
  const even = new Float64Array(values.length).fill(1)
  return ridgeFit({ ...order, values }, normalOf(order.columns, values), even, sigma).coefficients
}

function ridgeFit(order: FitOrder, normal: Normal, weights: Float64Array, sigma: number) {
  const { columns, values } = order
  const { matrix, right } = weigh(normal, columns, values, weights)
  const penalties = penaltiesOf(order, sigma * sigma * order.inflation)
  const coefficients = solveSymmetric(penalised(matrix, penalties), right)
  return { coefficients, residuals: residualsOf(columns, values, coefficients) }
}

/** What the diagonal of the normal matrix gains. */
function penaltiesOf({ priors }: FitOrder, noise: number): number[] {
  return priors.map((prior) => (prior === Number.POSITIVE_INFINITY || noise === 0 ? 0 : noise / prior ** 2))
}

/** Trace of the hat matrix. */
function widthOf(order: FitOrder, { matrix }: Normal, sigma: number): number {
  const penalties = penaltiesOf(order, sigma * sigma * order.inflation)
  const covariance = invertSymmetric(penalised(matrix, penalties), penalties.length)
  return penalties.reduce(
    (width, penalty, c) => width - penalty * covariance[c * penalties.length + c]!,
    penalties.length,
  )
}

/** A copy of a normal matrix whose diagonal gains the penalties. */
function penalised(matrix: Float64Array, penalties: readonly number[]): Float64Array {
  const copy = matrix.slice()
  for (const [c, penalty] of penalties.entries()) copy[c * penalties.length + c]! += penalty
  return copy
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
