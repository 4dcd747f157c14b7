/** `2013-12-02 21:15:00`, with `T` or a blank, seconds and fractions optional, a zone optional. */
const CALENDAR_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?$/
const EPOCH = /^\d{9,13}(\.\d+)?$/
/** Ten digits count seconds, eleven and more milliseconds. */
const LARGEST_SECONDS = 1e10
export const ZONE = /^(Z|[+-]\d{2}:\d{2})$/

/** A time as series write it, ms since the epoch; `zone` (`+08:00`) holds for times without one. NaN when it is no time. */
export function parseLocalTime(text: string, zone: string): number {
  if (EPOCH.test(text)) {
    const number = Number(text)
    return Math.round(number < LARGEST_SECONDS ? number * 1000 : number)
  }
  const [, date, clock, ownZone] = CALENDAR_TIME.exec(text) ?? []
  if (date === undefined || clock === undefined) return Number.NaN
  const hours = clock.padStart(clock.indexOf(':') === 1 ? clock.length + 1 : clock.length, '0')
  const day = Date.parse(`${date}T00:00:00Z`)
  // Date.parse lets the 31st of a short month pass into the next one.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return Number.NaN
  return Date.parse(`${date}T${hours}${ownZone ?? zone}`)
}
