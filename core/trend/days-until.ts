import type { Trend } from './trend.ts'
import { MONTH_DAYS } from './trend-day.ts'

/** When a total would reach a limit if it went on as now. */
export type DaysUntil =
  /** The total is beyond it. */
  | { state: 'reached' }
  /** After `days`, at the earliest after `low`, at the latest after `high` (null: perhaps never). */
  | { state: 'expected'; days: number; low: number; high: number | null }
  /** It may stand still; at the earliest after `low` days (null: not within a hundred years). */
  | { state: 'not_foreseeable'; low: number | null }
  /** The total is not known. */
  | { state: 'not_enough_data' }

const LONGEST_DAYS = 36_525

/**
 * Days until the total is `limit` (above 0) away from where it began, in either direction, with the interval of the
 * trend. The total and the speed are taken for independent.
 *
 * Source: Fieller, Some problems in interval estimation, J. R. Stat. Soc. B 16 (1954).
 */
export function daysUntil({ speed, total }: Pick<Trend, 'speed' | 'total'>, limit: number): DaysUntil {
  if (total === null) return { state: 'not_enough_data' }
  if (Math.abs(total.value) >= limit) return { state: 'reached' }
  const perDay = { value: speed.value / MONTH_DAYS, half: (speed.high - speed.low) / 2 / MONTH_DAYS }
  const half = (total.high - total.low) / 2
  const up = reachOf(limit - total.value, half, perDay)
  const down = reachOf(limit + total.value, half, { ...perDay, value: -perDay.value })
  const way = perDay.value >= 0 ? up : down
  const low = Math.min(up.low, down.low)
  if (way.days > LONGEST_DAYS || !way.isCertain)
    return { state: 'not_foreseeable', low: low > LONGEST_DAYS ? null : low }
  return { state: 'expected', days: way.days, low, high: way.high > LONGEST_DAYS ? null : way.high }
}

interface Reach {
  days: number
  low: number
  high: number
  /** The movement is certainly towards it. */
  isCertain: boolean
}

/** The roots of (distance − speed·days)² = half² + (halfSpeed·days)². */
function reachOf(distance: number, half: number, { value, half: halfSpeed }: { value: number; half: number }): Reach {
  const days = value > 0 ? distance / value : Number.POSITIVE_INFINITY
  const isCertain = value > halfSpeed
  const a = value ** 2 - halfSpeed ** 2
  const b = -distance * value
  const c = distance ** 2 - half ** 2
  const inner = b ** 2 - a * c
  const roots = (inner < 0 ? [] : a === 0 ? [-c / (2 * b)] : [(-b - Math.sqrt(inner)) / a, (-b + Math.sqrt(inner)) / a])
    .filter((root) => root > 0)
    .sort((x, y) => x - y)
  const low = distance <= half ? 0 : (roots[0] ?? Number.POSITIVE_INFINITY)
  const high = isCertain ? (roots[roots.length - 1] ?? days) : Number.POSITIVE_INFINITY
  return { days, low, high, isCertain }
}
