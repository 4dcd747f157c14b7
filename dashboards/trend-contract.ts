import type { DaysUntil } from '../core/trend/days-until.ts'
import type { NoTrendReason } from '../core/trend/trend.ts'
import type { Estimate } from '../core/trend/trend-day.ts'

/** How a slow metric of a device moves, without what the temperature does to it. Days are local, `YYYY-MM-DD`. */
export type TrendView = TrendHead &
  (KnownTrendView | { state: 'not_enough_data'; reason: NoTrendReason; days: number; needed: number })

interface TrendHead {
  device: string
  metric: string
  /** Of values and total; speeds are per month of 30.44 days. */
  unit: string
  /** First day, and the day after the last. */
  from: string
  to: string
  /** The device whose temperature was taken, or null. */
  temperatureFrom: string | null
}

export interface KnownTrendView {
  state: 'known'
  /** With the ends of the interval of `confidence`. */
  speed: Estimate
  speedNow: Estimate
  /** Since `base`, at equal temperature; null where the base cannot be compared. */
  total: Estimate | null
  base: string | null
  /** What was taken away: `temperature`, `year` (a yearly wave), or `none`, where the interval holds what a season may do. */
  compensation: 'temperature' | 'year' | 'none'
  temperature: { perDegree: Estimate; referenceC: number } | null
  steps: { on: string; size: Estimate; by: 'hand' | 'found' }[]
  limit: { value: number; until: DaysUntil } | null
  days: number
  effectiveDays: number
  sigma: number
  confidence: number
  points: TrendPointView[]
}

export interface TrendPointView {
  on: string
  value: number
  tempC: number | null
  compensated: number
  fitted: number
  /** 1 for an ordinary day, less for one that lies far off. */
  weight: number
}
