import type { Design } from './design.ts'
import { type Fit, type FitOrder, varianceOf } from './robust-fit.ts'
import type { Estimate } from './trend-day.ts'

/** What every estimate of one trend shares. */
export interface Footing {
  design: Design
  order: FitOrder
  fit: Fit
  /** Correlation of one day's residual with the next, 0…0.98. */
  likeness: number
  /** Half the width of an interval, in standard errors. */
  reach: number
  /** Half of a year's swing that the model does not know of, in the metric's unit. */
  season: number
}

/** A weighted sum of the coefficients, with `extraVariance` for what the fit does not know. */
export function estimateOf(footing: Footing, sum: readonly number[], extraVariance = 0): Estimate {
  const { fit } = footing
  const value = sum.reduce((total, share, i) => total + share * fit.coefficients[i]!, 0)
  return between(value, footing.reach, varianceOf(fit.covariance, sum) + extraVariance)
}

export function between(value: number, reach: number, variance: number): Estimate {
  const half = reach * Math.sqrt(variance)
  return { value, low: value - half, high: value + half }
}

/** The sum that is one coefficient alone. */
export function only(place: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => (i === place ? 1 : 0))
}
