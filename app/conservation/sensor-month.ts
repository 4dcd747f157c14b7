import type { MetricMonth, SensorMonth } from '../../core/conservation-report.ts'
import type { Device } from '../../core/device.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import { DEVICE_TYPES, METRICS } from '../../core/metrics.ts'
import type { Sample } from '../../core/observation.ts'
import { HOUR_MS, iso, type Period } from './period.ts'

/** So many metrics of one device, and gaps, are told. */
const MOST_METRICS = 24
const MOST_GAPS = 5
/** What says nothing by itself over a month: frequencies belong to their peaks, the rest is about the device. */
const LEFT_OUT = /^(freq_|vib_|work_|pvs_|battery_pct$|lat$|lon$|\$)/

/** What a device is asked for: what its type measures, and what it was heard to send. */
export function metricsOf({ type }: Device, latest: Sample[]): string[] {
  const { metrics = [], further = [] } = DEVICE_TYPES[type] ?? {}
  const known = [...metrics, ...further, ...latest.map(({ metric }) => metric)]
  return [...new Set(known)].filter((metric) => !LEFT_OUT.test(metric)).slice(0, MOST_METRICS)
}

/** The month of one device; `stats` null: the database could not be asked. */
export function sensorMonth(device: Device, stats: HourStatistics[] | null, period: Period): SensorMonth {
  const { id, type, name, place } = device
  const head = { device: id, type, ...(name !== undefined && { name }), ...(place !== undefined && { place }) }
  if (stats === null) return { ...head, hoursExpected: null, hoursHeard: null, gaps: [], gapsTotal: 0, metrics: [] }
  return {
    ...{ ...head, ...hearing(device, stats, period) },
    metrics: stats.filter(({ hourMs }) => hourMs.length > 0).map((one) => metricMonth(one, period)),
  }
}

/** Hours that are over, and in which of them something came. */
function hearing({ registeredAtMs }: Device, stats: HourStatistics[], period: Period) {
  const { fromMs, lastHourMs } = period
  const heard = new Set(stats.flatMap(({ hourMs }) => hourMs).filter((hourMs) => hourMs + HOUR_MS <= lastHourMs))
  const firstHeardMs = Math.min(...heard, Number.POSITIVE_INFINITY)
  const sinceMs = Math.max(Math.ceil(fromMs / HOUR_MS) * HOUR_MS, Math.min(nextHour(registeredAtMs), firstHeardMs))
  const expected = Math.max(0, Math.round((lastHourMs - sinceMs) / HOUR_MS))
  const gaps: { fromMs: number; hours: number }[] = []
  for (let index = 0; index < expected; index++) {
    const hourMs = sinceMs + index * HOUR_MS
    if (heard.has(hourMs)) continue
    const last = gaps.at(-1)
    if (last !== undefined && last.fromMs + last.hours * HOUR_MS === hourMs) last.hours++
    else gaps.push({ fromMs: hourMs, hours: 1 })
  }
  gaps.sort((a, b) => b.hours - a.hours || a.fromMs - b.fromMs)
  return {
    ...{ hoursExpected: expected, hoursHeard: heard.size, gapsTotal: gaps.length },
    gaps: gaps.slice(0, MOST_GAPS).map(({ fromMs: at, hours }) => ({ from: iso(at), hours })),
  }
}

/** The first whole hour that a device could be heard in. */
function nextHour(atMs: number): number {
  return Math.ceil(atMs / HOUR_MS) * HOUR_MS
}

function metricMonth(stats: HourStatistics, { dayOf }: Period): MetricMonth {
  const days = new Map<string, number[]>()
  for (const [index, hourMs] of stats.hourMs.entries()) {
    const day = dayOf(hourMs)
    const known = days.get(day)
    if (known === undefined) days.set(day, [index])
    else known.push(index)
  }
  const all = stats.hourMs.map((_, index) => index)
  return {
    ...{ metric: stats.metric, unit: METRICS[stats.metric]?.unit ?? '' },
    ...{ readings: stats.readings.reduce((sum, count) => sum + count, 0), ...sumUp(stats, all) },
    days: [...days].map(([day, indices]) => ({ day, ...sumUp(stats, indices) })),
  }
}

function sumUp(stats: HourStatistics, indices: number[]) {
  const of = (column: number[]) => indices.map((index) => column[index] as number)
  return {
    hours: indices.length,
    min: of(stats.min).reduce((a, b) => Math.min(a, b)),
    mean: of(stats.mean).reduce((a, b) => a + b, 0) / indices.length,
    max: of(stats.max).reduce((a, b) => Math.max(a, b)),
  }
}
