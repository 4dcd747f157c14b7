/** The simulated year: local days in UTC+8 with their habits. */
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
export const DAYS_OF_YEAR = 365
const OFFSET_MS = 8 * HOUR_MS
/** 2025-01-01T00:00+08:00, a Wednesday. */
export const YEAR_FROM_MS = Date.UTC(2025, 0, 1) - OFFSET_MS
export const YEAR_TO_MS = YEAR_FROM_MS + DAYS_OF_YEAR * DAY_MS
const FIRST_WEEKDAY = 3

export interface Festival {
  name: string
  /** First and last day, counted from 0. */
  from: number
  to: number
  /** Crowds in the lanes: added noise outside, dB(A) while they are there, and what doors of shops do more. */
  crowdDb: number
  doors: number
  /** Firecrackers in the evening and at midnight. */
  crackers: boolean
}

const dayOfDate = (month: number, day: number) =>
  Math.round((Date.UTC(2025, month - 1, day) - Date.UTC(2025, 0, 1)) / DAY_MS)

/** Public holidays of 2025 (State Council's notice of November 2024) and a temple fair of the quarter's own. */
export const FESTIVALS: readonly Festival[] = [
  { name: 'spring', from: dayOfDate(1, 28), to: dayOfDate(2, 4), crowdDb: 72, doors: 2, crackers: true },
  { name: 'lantern', from: dayOfDate(2, 12), to: dayOfDate(2, 12), crowdDb: 74, doors: 2, crackers: true },
  { name: 'qingming', from: dayOfDate(4, 4), to: dayOfDate(4, 6), crowdDb: 66, doors: 1.4, crackers: false },
  { name: 'fair', from: dayOfDate(4, 18), to: dayOfDate(4, 20), crowdDb: 76, doors: 2.5, crackers: true },
  { name: 'labour', from: dayOfDate(5, 1), to: dayOfDate(5, 5), crowdDb: 70, doors: 2, crackers: false },
  { name: 'boat', from: dayOfDate(5, 31), to: dayOfDate(6, 2), crowdDb: 70, doors: 1.6, crackers: false },
  { name: 'national', from: dayOfDate(10, 1), to: dayOfDate(10, 8), crowdDb: 72, doors: 2.2, crackers: false },
]

/** Tradesmen are at home around Spring Festival: from the little new year to the lantern festival. */
export const QUIET_WEEKS = { from: dayOfDate(1, 20), to: dayOfDate(2, 12) }

export function dayStartMs(day: number): number {
  return YEAR_FROM_MS + day * DAY_MS
}

/** Local day of a moment, counted from 0; negative before the year. */
export function dayOf(atMs: number): number {
  return Math.floor((atMs - YEAR_FROM_MS) / DAY_MS)
}

/** Local hour of the day, 0…24. */
export function hourOf(atMs: number): number {
  return (atMs - YEAR_FROM_MS - dayOf(atMs) * DAY_MS) / HOUR_MS
}

export function atHour(day: number, hour: number): number {
  return Math.round(dayStartMs(day) + hour * HOUR_MS)
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((FIRST_WEEKDAY + day) % 7) + 7) % 7
}

export function isWeekend(day: number): boolean {
  return weekdayOf(day) % 6 === 0
}

export function festivalOf(day: number): Festival | undefined {
  return FESTIVALS.find(({ from, to }) => from <= day && day <= to)
}

/** Offices and most crews work. */
export function isWorkday(day: number): boolean {
  return !isWeekend(day) && festivalOf(day) === undefined
}

/** The first working time of an office (9 to 17 on workdays) at or after a moment; `share` (0…1) places it within the day. */
export function officeTimeFrom(atMs: number, share: number): number {
  let day = dayOf(atMs)
  const at = () => atHour(day, 9 + 8 * share)
  while (!isWorkday(day) || at() < atMs) day++
  return at()
}

/** Calendar date, as registers write it. */
export function dateOf(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().slice(0, 10)
}
