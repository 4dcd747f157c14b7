import type { RuleSet } from '../rule.ts'

/** A year that a calendar in use does not know: its days are judged as plain weekdays. */
export interface CalendarGap {
  calendar: string
  year: number
}

/** Next year must be known this long before it begins, so that a person has time to enter it. */
const AHEAD_MS = 31 * 86_400_000

/** The years that matter now, or soon, and that the calendars of the rules in force do not know. */
export function calendarGaps({ rules }: RuleSet, nowMs: number): CalendarGap[] {
  const years = new Set([nowMs, nowMs + AHEAD_MS].map((ms) => new Date(ms).getUTCFullYear()))
  const calendars = new Map(
    rules.flatMap(({ openTimes }) => (openTimes?.calendar ? [openTimes.calendar] : [])).map((one) => [one.id, one]),
  )
  return [...calendars.values()].flatMap((calendar) =>
    [...years].filter((year) => !calendar.knows(year)).map((year) => ({ calendar: calendar.id, year })),
  )
}

/** What a person is told. */
export function formatGap({ calendar, year }: CalendarGap): string {
  return `calendar ${calendar} does not know ${year}: its days are judged as plain weekdays, without holidays`
}
