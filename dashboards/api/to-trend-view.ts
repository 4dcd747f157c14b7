import type { DaysUntil } from '../../core/trend/days-until.ts'
import { dayOf, type Estimate } from '../../core/trend/trend-day.ts'
import type { TrendAnswer } from '../../core/trend-desk.ts'
import type { TrendView } from '../trend-contract.ts'

/** Digits that are shown of a number. */
const DIGITS = 6

export function toTrendView({ trend, limit, fromMs, toMs, ...head }: TrendAnswer): TrendView {
  const all = { ...head, from: toDate(dayOf(fromMs)), to: toDate(dayOf(toMs)) }
  if (trend.state === 'not_enough_data') return { ...all, ...trend }
  const { speed, speedNow, total, baseDay, compensation, temperature, steps, points } = trend
  return {
    ...all,
    ...{ state: 'known', speed: plain(speed), speedNow: plain(speedNow), total: total && plain(total) },
    ...{ base: baseDay === null ? null : toDate(baseDay), compensation },
    temperature: temperature && {
      perDegree: plain(temperature.perDegree),
      referenceC: rounded(temperature.referenceC),
    },
    steps: steps.map(({ day, size, by }) => ({ on: toDate(day), size: plain(size), by })),
    limit: limit && { value: limit.value, until: roundedUntil(limit.until) },
    ...{ days: trend.days, effectiveDays: rounded(trend.effectiveDays) },
    ...{ sigma: rounded(trend.sigma), confidence: trend.confidence },
    points: points.map(({ day, value, tempC, compensated, fitted, weight }) => ({
      ...{ on: toDate(day), value: rounded(value), tempC: tempC === null ? null : rounded(tempC) },
      ...{ compensated: rounded(compensated), fitted: rounded(fitted), weight: rounded(weight) },
    })),
  }
}

/** Whole days; the earliest is not told later than it is, nor the latest sooner. */
function roundedUntil(until: DaysUntil): DaysUntil {
  if (until.state === 'not_foreseeable') return { ...until, low: until.low === null ? null : Math.floor(until.low) }
  if (until.state !== 'expected') return until
  const { days, low, high } = until
  return { ...until, days: Math.round(days), low: Math.floor(low), high: high === null ? null : Math.ceil(high) }
}

/** A local day as `YYYY-MM-DD`. */
function toDate(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

function plain({ value, low, high }: Estimate): Estimate {
  return { value: rounded(value), low: rounded(low), high: rounded(high) }
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS))
}
