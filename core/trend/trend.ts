import type { Estimate, TrendDay } from './trend-day.ts'

/** How a trend is found. */
export interface TrendOptions {
  /** Two-sided, 0…1; 0.95 unless said. */
  confidence?: number
  /** Local day from which days count; those before only tell what the temperature was. All unless said. */
  fromDay?: number
  /** Days that are needed at least; 30 unless said. */
  minDays?: number
  /** Days of the first week since the zero date, against which the total is told; the first of the days unless said. */
  base?: readonly TrendDay[]
  /** Days on which the sensor was moved or the wall repaired: what changed on them is no movement. */
  steps?: readonly number[]
  /** Half of what the quantity may swing over a year, in its unit: what a season may do where no temperature is known. 0 unless said. */
  season?: number
  /** Temperature to which days are compensated, °C; the mean of the days unless said. */
  referenceC?: number
}

/** Why nothing can be said. */
export type NoTrendReason =
  /** Fewer whole days than are needed. */
  | 'too_few_days'
  /** The temperature rose or fell with time so evenly that one cannot be told from the other. */
  | 'temperature_like_time'

export interface NoTrend {
  state: 'not_enough_data'
  reason: NoTrendReason
  /** Whole days that there are. */
  days: number
  /** Whole days that are needed. */
  needed: number
}

/** One day as the trend sees it. */
export interface TrendPoint {
  day: number
  value: number
  tempC: number | null
  /** The value that it would have had at the reference temperature, without what steps by hand added. */
  compensated: number
  /** What is expected on that day, compensated likewise. */
  fitted: number
  /** 1 for an ordinary day, less for one that lies far off the others. */
  weight: number
}

/** A sudden change between one day and the next that stayed. */
export interface TrendStep {
  day: number
  size: Estimate
  /** `hand`: a person said that it is no movement. `found`: nobody did, so it counts in the total. */
  by: 'hand' | 'found'
}

/** How the quantity follows the temperature. */
export interface TemperatureEffect {
  /** Change per degree that stays, in unit/°C. */
  perDegree: Estimate
  /** How much of it follows how slowly. Neighbouring ones can hardly be told apart. */
  byLag: { lagDays: number; perDegree: number }[]
  referenceC: number
}

/** How a slow quantity moves once what the temperature does to it is taken away. */
export interface Trend {
  state: 'known'
  /** Per month of 30.44 days, over all days. */
  speed: Estimate
  /** On the last day, for a movement that grows faster or comes to rest. */
  speedNow: Estimate
  /** Since the base, at equal temperature; null where the base cannot be compared. */
  total: Estimate | null
  /** First day of the base; null where there is none. */
  baseDay: number | null
  /** `temperature`: regressed out; `year`: a yearly wave was; `none`: neither, so that the interval holds what a season may do. */
  compensation: 'temperature' | 'year' | 'none'
  temperature: TemperatureEffect | null
  steps: TrendStep[]
  /** Whole days that were used, and so many independent ones they are worth. */
  days: number
  effectiveDays: number
  /** Correlation of one day's residual with the next, 0…0.98. */
  likeness: number
  /** Standard deviation of a day about the line. */
  sigma: number
  confidence: number
  points: TrendPoint[]
}

export type TrendResult = Trend | NoTrend
