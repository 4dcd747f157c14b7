/** Years that four digits can say, in every zone. */
const EARLIEST_MS = Date.UTC(1, 0, 2)
const LATEST_MS = Date.UTC(9999, 11, 30)

/** Makes ISO 8601 times of a zone to the second, with their offset and never `Z`: `2026-11-22T10:45:00+08:00`. */
export function createZonedIso(zone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  return (atMs) => {
    const ms = Math.min(LATEST_MS, Math.max(EARLIEST_MS, Number.isFinite(atMs) ? atMs : 0))
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
    // Offsets of long ago have seconds, which ISO 8601 does not.
    const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
    const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
    return `${new Date(ms + offsetMs).toISOString().slice(0, 19)}${sign}${hours}:${minutes}`
  }
}
