import type { TrendDay } from './trend-day.ts'

/** Of the parts of the day that are usually seen, a day must have shown so many. */
const LEAST_OF_USUAL = 0.75

/**
 * Days that can be compared: in order, each once, and none of which only a part was seen when most were seen whole (the sun
 * of a morning is not the mean of a day).
 */
export function wholeDays(given: readonly TrendDay[]): TrendDay[] {
  const byDay = new Map(given.filter(({ value }) => Number.isFinite(value)).map((day) => [day.day, day]))
  const days = [...byDay.values()].sort((a, b) => a.day - b.day)
  const parts = days.map((day) => day.parts).sort((a, b) => a - b)
  const usual = parts[Math.floor(parts.length / 2)] ?? 0
  return days.filter((day) => day.parts >= LEAST_OF_USUAL * usual)
}
