import { Temporal } from 'temporal-polyfill'
import Type, { type Static } from 'typebox'
import { FIELD_NAME } from '../../../core/device.ts'
import type { Objection } from '../objection.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAYS = /^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$/
const MAX_RANGE_DAYS = 31

const DAY_LIST = Type.Optional(
  Type.Array(Type.String({ pattern: DAYS.source }), {
    maxItems: 100,
    description: 'a list of days, each 2026-10-01 or 2026-10-01..2026-10-07',
  }),
)
const TITLE = Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' })

/** One calendar as it is written. A year that is listed is known, even if nothing is special in it. */
export const CALENDAR = Type.Object(
  {
    id: Type.String({ pattern: FIELD_NAME.source, description: '1 to 64 letters, digits, ".", "_" or "-"' }),
    title: Type.Optional(Type.Object({ zh: TITLE, en: TITLE }, { additionalProperties: false })),
    source: Type.Optional(TITLE),
    years: Type.Record(
      Type.String({ pattern: '^\\d{4}$' }),
      Type.Object({ holidays: DAY_LIST, workdays: DAY_LIST }, { additionalProperties: false }),
      { additionalProperties: false, description: 'years with their holidays and make-up workdays' },
    ),
  },
  { additionalProperties: false },
)
export type CalendarSpec = Static<typeof CALENDAR>

/** Which days are free, beyond the weekend, and which days of a weekend are not. */
export interface Calendar {
  id: string
  /** The same for calendars that say the same. */
  spec: CalendarSpec
  knows(year: number): boolean
  isHoliday(day: Temporal.PlainDate): boolean
  isWorkday(day: Temporal.PlainDate): boolean
}

/** Monday to Friday, no holidays. */
export function isWeekday(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek <= 5
}

export function toCalendar(spec: CalendarSpec): Calendar {
  const years = new Set(Object.keys(spec.years).map(Number))
  const holidays = new Set<string>()
  const workdays = new Set<string>()
  for (const year of Object.values(spec.years)) {
    for (const days of year.holidays ?? []) for (const day of daysOf(days)) holidays.add(day)
    for (const days of year.workdays ?? []) for (const day of daysOf(days)) workdays.add(day)
  }
  const isHoliday = (day: Temporal.PlainDate) => holidays.has(day.toString())
  return {
    id: spec.id,
    spec,
    knows: (year) => years.has(year),
    isHoliday,
    isWorkday: (day) => workdays.has(day.toString()) || (isWeekday(day) && !isHoliday(day)),
  }
}

/** Days that do not exist, ranges that run backwards, and days that are said to be both free and worked. */
export function calendarObjections(spec: CalendarSpec): Objection[] {
  const found: Objection[] = []
  const free = new Set<string>()
  for (const [year, { holidays = [], workdays = [] }] of Object.entries(spec.years)) {
    const check = (key: string, list: string[], each: (day: string, path: string[]) => void) => {
      for (const [index, days] of list.entries()) {
        const path = ['years', year, key, String(index)]
        const message = rangeFault(days, year)
        if (message === null) for (const day of daysOf(days)) each(day, path)
        else found.push({ path, message })
      }
    }
    check('holidays', holidays, (day) => free.add(day))
    check('workdays', workdays, (day, path) => {
      if (free.has(day)) found.push({ path, message: `${day} is both a holiday and a workday` })
    })
  }
  return found
}

function rangeFault(days: string, year: string): string | null {
  const [first, last = first] = days.split('..')
  if (!isDay(first!) || !isDay(last!)) return `${days} names a day that does not exist`
  const length = Temporal.PlainDate.from(first!).until(last!).days
  if (length < 0) return `${days} ends before it begins`
  if (length >= MAX_RANGE_DAYS) return `${days} is longer than ${MAX_RANGE_DAYS} days`
  if (!first!.startsWith(year) && !last!.startsWith(year)) return `${days} is not in ${year}`
  return null
}

function isDay(text: string): boolean {
  try {
    return DAY.test(text) && Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}

/** Nothing for what is no range of days. */
function daysOf(days: string): string[] {
  const [first, last = first] = days.split('..')
  if (!isDay(first!) || !isDay(last!)) return []
  const out: string[] = []
  let day = Temporal.PlainDate.from(first!)
  const end = Temporal.PlainDate.from(last!)
  for (; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) out.push(day.toString())
  return out
}
