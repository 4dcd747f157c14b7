import type { DaysUntil } from './trend/days-until.ts'
import type { TrendResult } from './trend/trend.ts'

export interface TrendQuestion {
  device: string
  metric: string
  /** 180 days before `toMs` unless said. */
  fromMs?: number
  /** Now unless said. Whole local days before it count. */
  toMs?: number
  /** The total counts from here; where the device or its place says unless said, else from `fromMs`. */
  zeroMs?: number
  /** How far it may move, in the metric's unit; what its house allows (`limit_METRIC`) unless said. */
  limit?: number
  minDays?: number
}

export interface TrendAnswer {
  device: string
  metric: string
  unit: string
  fromMs: number
  toMs: number
  /** The device whose temperature was taken. */
  temperatureFrom: string | null
  trend: TrendResult
  /** Of the total, with the days until it is reached; null where nobody named one or nothing is known. */
  limit: { value: number; until: DaysUntil } | null
}

/** Trends of what was stored. Throws `not_found` for an unknown device, `bad_request`, `database_unavailable`. */
export interface TrendDesk {
  trend(question: TrendQuestion): Promise<TrendAnswer>
}
