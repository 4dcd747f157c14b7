import type { TrendMonth } from '../../core/conservation-report.ts'
import type { Device } from '../../core/device.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import { METRICS } from '../../core/metrics.ts'
import type { RuleSpec } from '../../core/rule-change.ts'
import { toTrendDays } from '../../core/trend/day-tally.ts'
import { fitTrend } from '../../core/trend/fit-trend.ts'
import { type Estimate, startOfDayMs } from '../../core/trend/trend-day.ts'
import type { Rule } from '../../detectors/rules/rule.ts'
import { HOUR_MS, iso, type Period } from './period.ts'

/** So far back a trend looks: a year and a month tell the seasons apart. */
export const TREND_BEFORE_MS = 400 * 24 * HOUR_MS
export const TEMPERATURE = 'temp_c'

export const SLOW_METRICS: ReadonlySet<string> = new Set(['tilt_mm_m', 'crack_mm', 'settle_mm'])

/** Half of what a season may do to each metric of a device, in its unit, as the rules in force have it. */
export function seasonsOf(
  rules: readonly { rule: Rule; spec: RuleSpec }[],
  device: Device,
): ReadonlyMap<string, number> {
  const seasons = new Map<string, number>()
  for (const { rule, spec } of rules) {
    const { season } = spec as { season?: unknown }
    if (rule.kind !== 'trend' || typeof season !== 'number' || !rule.where(device.id, device)) continue
    if (rule.judge.input !== 'samples') continue
    for (const metric of rule.judge.metricNames ?? []) seasons.set(metric, season)
  }
  return seasons
}

/**
 * How one metric of a device moves, by its hours and those of the temperature beside it up to the end of the month. Where no temperature is
 * known, `season` widens the interval.
 */
export function trendMonth(
  device: string,
  hours: HourStatistics,
  { temperature, season, period }: { temperature: HourStatistics | undefined; season: number; period: Period },
): TrendMonth {
  const { metric } = hours
  const offsetMs = Date.parse(`${period.month}-01T00:00:00Z`) - period.fromMs
  const days = toTrendDays(samplesOf(hours), temperature ? samplesOf(temperature) : [], offsetMs)
  const dayText = (day: number) => iso(day * 24 * HOUR_MS).slice(0, 10)
  const head = {
    ...{ device, metric, unit: METRICS[metric]?.unit ?? '' },
    from: iso(startOfDayMs(days[0]?.day ?? 0, offsetMs)),
  }
  const trend = fitTrend(days, { season })
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
