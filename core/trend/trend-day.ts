/** The mean of one local day of a slow quantity, and of the temperature beside it. */
export interface TrendDay {
  /** Whole days since 1 January 1970, local time. */
  day: number
  /** In the metric's unit. */
  value: number
  /** °C; absent where nobody knows. */
  tempC?: number
  /** Of the eight parts of the day those in which something was measured, 1…8. */
  parts: number
}

/** A value between the ends of its interval. */
export interface Estimate {
  value: number
  low: number
  high: number
}

/** Mean length of a month, days: speeds are given per such a month. */
export const MONTH_DAYS = 30.44
export const DAY_MS = 86_400_000
/** Where local days begin unless said otherwise: UTC+8. */
export const LOCAL_OFFSET_MS = 8 * 3_600_000

export function dayOf(atMs: number, offsetMs = LOCAL_OFFSET_MS): number {
  return Math.floor((atMs + offsetMs) / DAY_MS)
}

/** The moment at which a local day begins. */
export function startOfDayMs(day: number, offsetMs = LOCAL_OFFSET_MS): number {
  return day * DAY_MS - offsetMs
}
