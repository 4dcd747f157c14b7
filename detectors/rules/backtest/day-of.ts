/** Makes a function that gives the day of a moment in a time zone (IANA name), as `2026-03-01`. Throws RangeError for a zone that is none. */
export function createDayOf(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (ms) => format.format(ms)
}
