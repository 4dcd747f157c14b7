/** A date and time as a camera or a dock writes it: `2021-05-10 16:04:20`, with T, a fraction, and perhaps a zone. */
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** Ms since the epoch; a time without a zone is one of `zone` (IANA). Null for anything else. */
export function parseZonedTime(text: string, zone: string): number | null {
  const match = DATE_TIME.exec(text.trim())
  if (!match) return null
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match
  const wallMs = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`,
  )
  if (Number.isNaN(wallMs)) return null
  if (offset !== undefined) return wallMs - parseOffsetMs(offset)
  // The offset is looked up twice: the first guess may lie on the other side of a clock change.
  const guessMs = wallMs - zoneOffsetMs(zone, wallMs)
  return wallMs - zoneOffsetMs(zone, guessMs)
}

/** `+08:00`, `+0800` or `Z`. */
function parseOffsetMs(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}

/** Making one takes as long as a hundred uses of it; there are as many as zones in use. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  return format
}

/** How far a zone's clocks were ahead of UTC. */
function zoneOffsetMs(zone: string, atMs: number): number {
  const name =
    formatOf(zone)
      .formatToParts(atMs)
      .find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  return parseOffsetMs(name.slice('GMT'.length))
}
