import type { TrendDay } from './trend-day.ts'

/** Days are never taken for more alike than this. */
const MOST = 0.98

/**
 * How alike neighbouring days are about a model with `width` coefficients: the correlation of a residual with the next
 * one, 0…0.98, corrected for what fitting takes away from it (Kendall 1954; Marriott and Pope 1954). Negative ones count as 0.
 */
export function likenessOf(days: readonly TrendDay[], residuals: Float64Array, width: number): number {
  const usual = usualGap(days)
  let [products, squares, pairs] = [0, 0, 0]
  for (let i = 0; i < residuals.length; i++) {
    squares += residuals[i]! ** 2
    if (i === 0 || days[i]!.day - days[i - 1]!.day !== usual) continue
    products += residuals[i]! * residuals[i - 1]!
    pairs++
  }
  if (pairs === 0 || squares === 0) return 0
  const count = residuals.length
  const raw = (products * count) / (pairs * squares)
  return Math.min(MOST, Math.max(0, (count * raw + width) / Math.max(1, count - 2 * width)))
}

/** By how much the likeness of days makes the variance of a slow quantity larger than that of independent days. */
export function inflationOf(likeness: number): number {
  return (1 + likeness) / (1 - likeness)
}

/** Variance of the mean of so many days in a row, as a share of that of one day. */
export function varianceOfMean(count: number, likeness: number): number {
  let sum = count
  for (let lag = 1; lag < count; lag++) sum += 2 * (count - lag) * likeness ** lag
  return sum / count ** 2
}

function usualGap(days: readonly TrendDay[]): number {
  const gaps = days.slice(1).map(({ day }, i) => day - days[i]!.day)
  gaps.sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? 1
}
