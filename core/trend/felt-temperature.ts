import type { TrendDay } from './trend-day.ts'

/**
 * How slowly parts of a building follow the temperature, days: its skin and its sensors at once, a wall of half a metre in one
 * to three days, a house with its ground in weeks. What lies between two of them is a mixture of both.
 */
export const LAGS_DAYS = [0, 2, 5, 12, 30]

/** The temperatures that a building answers to on one day. */
export interface Felt {
  /** For each lag the mean of this day and those before, fading, °C. */
  tempsC: number[]
  /** For each lag how much of what was before the first day is left, 0…1. */
  unknown: number[]
}

/** The temperatures of each day that has one, whatever the order of the days. */
export function feltTemperatures(days: readonly TrendDay[]): Map<number, Felt> {
  const known = new Map<number, number>()
  for (const { day, tempC } of days) if (tempC !== undefined) known.set(day, tempC)
  const inOrder = [...known].sort(([a], [b]) => a - b)
  const felt = new Map<number, Felt>()
  const sums = LAGS_DAYS.map(() => 0)
  const weights = LAGS_DAYS.map(() => 0)
  const first = inOrder[0]?.[0] ?? 0
  let before = first
  for (const [day, tempC] of inOrder) {
    for (const [i, lag] of LAGS_DAYS.entries()) {
      const fade = lag === 0 ? 0 : Math.exp((before - day) / lag)
      sums[i] = fade * sums[i]! + tempC
      weights[i] = fade * weights[i]! + 1
    }
    before = day
    felt.set(day, {
      tempsC: sums.map((sum, i) => sum / weights[i]!),
      unknown: LAGS_DAYS.map((lag) => (lag === 0 ? 0 : Math.exp((first - day) / lag))),
    })
  }
  return felt
}
