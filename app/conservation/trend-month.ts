import type { TrendMonth } from '../../core/conservation-report.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import { METRICS } from '../../core/metrics.ts'
import { toTrendDays } from '../../core/trend/day-tally.ts'
import { fitTrend } from '../../core/trend/fit-trend.ts'
import { type Estimate, startOfDayMs } from '../../core/trend/trend-day.ts'
import { HOUR_MS, iso, type Period } from './period.ts'

/** So far back a trend looks: a year and a month tell the seasons apart. */
export const TREND_BEFORE_MS = 400 * 24 * HOUR_MS
export const TEMPERATURE = 'temp_c'

/**
 * Slow quantities, and half of what a season may do to each in its unit where no temperature is known. Local choices, as the
 * shipped rules of trends have them: they widen the interval.
 */
export const SLOW_METRICS: Record<string, { season: number }> = {
  tilt_mm_m: { season: 0.1 },
  crack_mm: { season: 0.15 },
  settle_mm: { season: 0.25 },
}

/** How one metric of a device moves, by its hours and those of the temperature beside it up to the end of the month. */
export function trendMonth(
  device: string,
  hours: HourStatistics,
  temperature: HourStatistics | undefined,
  period: Period,
): TrendMonth {
  const { metric } = hours
  const offsetMs = Date.parse(`${period.month}-01T00:00:00Z`) - period.fromMs
  const days = toTrendDays(samplesOf(hours), temperature ? samplesOf(temperature) : [], offsetMs)
  const dayText = (day: number) => iso(day * 24 * HOUR_MS).slice(0, 10)
  const head = {
    ...{ device, metric, unit: METRICS[metric]?.unit ?? '' },
    from: iso(startOfDayMs(days[0]?.day ?? 0, offsetMs)),
  }
  const trend = fitTrend(days, { season: SLOW_METRICS[metric]?.season ?? 0 })
  if (trend.state !== 'known') {
    const { reason, needed } = trend
    return { ...head, days: trend.days, speed: null, unknown: { reason, needed }, points: [] }
  }
  const points = trend.points.map(({ day, value, compensated, fitted }) => ({
    day: dayText(day),
    value,
    compensated,
    fitted,
  }))
  const { speed, total, temperature: effect, compensation } = trend
  return {
    ...{ ...head, days: trend.days, speed: perMonth(speed), compensation },
    ...(total && { total: { change: total.value, low: total.low, high: total.high } }),
    ...(effect && { perDegree: effect.perDegree.value }),
    points: points.filter(({ day }) => day.startsWith(period.month)),
  }
}

function perMonth({ value, low, high }: Estimate) {
  return { perMonth: value, low, high }
}

function samplesOf({ hourMs, mean }: HourStatistics): { atMs: number; value: number }[] {
  return hourMs.map((atMs, index) => ({ atMs, value: mean[index] as number }))
}
