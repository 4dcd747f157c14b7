export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** What the clock on the wall shows. */
export interface LocalTime {
  /** Minutes since midnight, 0 to 1439. */
  minute: number
  weekday: Weekday
}

/** Tells the local time of moments in an IANA zone. Throws `RangeError` for a zone that nobody knows. */
export function createLocalTime(zone: string): (atMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  })
  return (atMs) => {
    const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
    return {
      minute: Number(parts.hour) * 60 + Number(parts.minute),
      weekday: (parts.weekday ?? 'Mon').toLowerCase() as Weekday,
    }
  }
}
