import type { TrendDay } from './trend-day.ts'

/** Standard deviation about the mean. */
export function spreadOf(days: readonly TrendDay[], of: (day: TrendDay) => number): number {
  const mean = meanOf(days.map(of))
  return Math.sqrt(meanOf(days.map((day) => (of(day) - mean) ** 2)))
}

/** Standard deviation about the line through all days. */
export function spreadAboutLine(days: readonly TrendDay[], of: (day: TrendDay) => number): number {
  const [x, y] = [meanOf(days.map(({ day }) => day)), meanOf(days.map(of))]
  let [xx, xy, yy] = [0, 0, 0]
  for (const one of days) {
    xx += (one.day - x) ** 2
    xy += (one.day - x) * (of(one) - y)
    yy += (of(one) - y) ** 2
  }
  return Math.sqrt(Math.max(0, yy - (xx === 0 ? 0 : xy ** 2 / xx)) / Math.max(1, days.length))
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
