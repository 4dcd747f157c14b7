import { Temporal } from 'temporal-polyfill'
import type { Calendar } from './calendar.ts'
import { isWeekday } from './calendar.ts'

/** One day of the local calendar. */
export interface LocalDay {
  /** Days since 1970-01-01 on the local calendar. */
  day: number
  /** 2026-11-22 */
  date: string
  /** First moment, and first moment of the next day, ms. */
  startMs: number
  endMs: number
  isWorkday: boolean
  isHoliday: boolean
}

export interface DayClock {
  /** The day that a moment lies in. */
  at(atMs: number): LocalDay
  of(day: number): LocalDay
}

const KEPT_DAYS = 512
const EPOCH = Temporal.PlainDate.from('1970-01-01')

/** Tells local days of a zone; cheap for days that were asked for before. Weekdays are worked where the calendar does not know the year. */
export function createDayClock(zone: string, calendar?: Calendar): DayClock {
  const known = new Map<number, LocalDay>()
  let last: LocalDay | undefined

  function of(day: number): LocalDay {
    const before = known.get(day)
    if (before !== undefined) return before
    if (known.size >= KEPT_DAYS) known.clear()
    const date = EPOCH.add({ days: day })
    const knows = calendar?.knows(date.year) === true
    const made = {
      ...{ day, date: date.toString() },
      startMs: date.toZonedDateTime(zone).epochMilliseconds,
      endMs: date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
      isWorkday: knows ? calendar.isWorkday(date) : isWeekday(date),
      isHoliday: knows && calendar.isHoliday(date),
    }
    known.set(day, made)
    return made
  }

  return {
    of,
    at(atMs) {
      if (last !== undefined && atMs >= last.startMs && atMs < last.endMs) return last
      const guess = Math.floor(atMs / 86_400_000)
      for (const day of [guess, guess + 1, guess - 1]) {
        const one = of(day)
        if (atMs >= one.startMs && atMs < one.endMs) {
          last = one
          return one
        }
      }
      const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone).toPlainDate()
      return of(EPOCH.until(date, { largestUnit: 'day' }).days)
    },
  }
}
