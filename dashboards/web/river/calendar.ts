import type { PatrolDigestView, ReachView } from '../../contract.ts'

/** What was flown on one day at one river. */
export interface PatrolDay {
  /** `2026-11-22` in the zone of the page. */
  day: string
  flights: number
  undecided: number
}

/** A reach that nobody looked at for this long waits for a flight. */
export const OVERDUE_MS = 7 * 24 * 3_600_000

/** Turns an instant into the day that it is in a zone, `2026-11-22`. */
export function toDayOf(timeZone: string): (at: string | number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (at) => format.format(typeof at === 'number' ? at : Date.parse(at))
}

/** Days with flights, of those that came to the river if one is named. */
export function daysOf(
  digests: readonly PatrolDigestView[],
  dayOf: (at: string) => string,
  river?: string,
): Map<string, PatrolDay> {
  const days = new Map<string, PatrolDay>()
  for (const digest of digests) {
    if (river !== undefined && !isAtRiver(digest, river)) continue
    const day = dayOf(digest.flight.beganAt)
    const { flights, undecided } = days.get(day) ?? { flights: 0, undecided: 0 }
    days.set(day, { day, flights: flights + 1, undecided: undecided + digest.findings.undecided })
  }
  return days
}

/** A flight that covered and missed nothing was at no river that is known: it is shown at all of them. */
export function isAtRiver({ coverage }: PatrolDigestView, river: string): boolean {
  return coverage.stretches.length === 0 || coverage.stretches.some((stretch) => stretch.river === river)
}

/** The weeks of a month (`2026-11`), Monday first; null where a day is of another month. */
export function weeksOf(month: string): (string | null)[][] {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const before = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, i) => {
    const day = i - before + 1
    return day >= 1 && day <= days ? `${month}-${String(day).padStart(2, '0')}` : null
  })
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7))
}

export function monthAfter(month: string, by: 1 | -1): string {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

/** Whether nobody has looked at a reach for too long, or ever. */
export function isOverdue({ lastCovered }: Pick<ReachView, 'lastCovered'>, nowMs: number): boolean {
  return lastCovered === undefined || nowMs - Date.parse(lastCovered.at) > OVERDUE_MS
}
