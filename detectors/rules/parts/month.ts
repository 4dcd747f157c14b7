import { Temporal } from 'temporal-polyfill'

/** A month of the calendar of one zone: from inclusive, to exclusive. */
export interface LocalMonth {
  month: string
  fromMs: number
  toMs: number
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

/** `2026-10`; null for what is no month. */
export function parseMonth(text: string, zone: string): LocalMonth | null {
  if (!MONTH.test(text)) return null
  const month = Temporal.PlainYearMonth.from(text)
  const startMs = (of: Temporal.PlainYearMonth) => of.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds
  return { month: text, fromMs: startMs(month), toMs: startMs(month.add({ months: 1 })) }
}

/** The day that the calendar of a zone shows, `2026-10-01`. Cheap for moments in order. */
export function createLocalDay(zone: string): (atMs: number) => string {
  let [fromMs, toMs, day] = [0, 0, '']
  return (atMs) => {
    if (atMs >= fromMs && atMs < toMs) return day
    const start = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone).startOfDay()
    fromMs = start.epochMilliseconds
    toMs = start.add({ days: 1 }).epochMilliseconds
    day = start.toPlainDate().toString()
    return day
  }
}
