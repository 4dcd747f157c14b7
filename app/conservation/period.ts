import type { ReportPeriod } from '../../core/conservation-report.ts'
import { AppError } from '../../core/errors.ts'
import { createLocalDay, parseMonth } from '../../detectors/rules/parts/month.ts'

export const HOUR_MS = 3_600_000

/** The month that a report is about, up to now. */
export interface Period {
  month: string
  timeZone: string
  fromMs: number
  toMs: number
  /** The end, or now in a month that has not ended. */
  untilMs: number
  /** The end of the last hour that is over by then. */
  lastHourMs: number
  /** The local day of a moment, `2026-10-01`. */
  dayOf(atMs: number): string
}

/** Throws `bad_request` for what is no month, and for one that has not begun. */
export function toPeriod(text: string, timeZone: string, nowMs: number): Period {
  const month = parseMonth(text, timeZone)
  if (month === null) throw new AppError('bad_request', 'a month is written 2026-10', { key: 'month' })
  if (month.fromMs > nowMs) throw new AppError('bad_request', 'this month is still to come', { key: 'month' })
  const untilMs = Math.min(month.toMs, nowMs)
  const lastHourMs = Math.floor(untilMs / HOUR_MS) * HOUR_MS
  return { ...month, timeZone, untilMs, lastHourMs, dayOf: createLocalDay(timeZone) }
}

export function toReportPeriod({ month, timeZone, fromMs, toMs, untilMs, lastHourMs }: Period): ReportPeriod {
  return {
    ...{ month, timeZone, from: iso(fromMs), to: iso(toMs), until: iso(untilMs), inProgress: untilMs < toMs },
    hours: Math.max(0, Math.floor((lastHourMs - fromMs) / HOUR_MS)),
  }
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
