import type { Language } from './words.ts'

/** Times as people read them, all in one zone. */
export interface Times {
  /** `2026/11/22 11:13:27` */
  full(atMs: number): string
  /** `11:13:27` today, with the date before it on another day. */
  short(atMs: number, nowMs: number): string
  /** As a field for date and time has it, `2026-11-22T11:13`, and back: NaN for what is none. */
  toField(atMs: number): string
  ofField(text: string): number
}

const MINUTE_MS = 60_000

export function createTimes(language: Language, timeZone: string): Times {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const day = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const monthDay = new Intl.DateTimeFormat(locale, { timeZone, month: '2-digit', day: '2-digit' })
  const field = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const toField = (atMs: number) => {
    const { year, month, day: date, hour, minute } = partsOf(field, atMs)
    return `${year}-${month}-${date}T${hour}:${minute}`
  }
  return {
    toField,
    ofField(text) {
      const asUtcMs = Date.parse(`${text}Z`)
      const guessMs = asUtcMs - offsetMs(toField, asUtcMs)
      return Number.isNaN(asUtcMs) ? asUtcMs : asUtcMs - offsetMs(toField, guessMs)
    },
    full: (atMs) => `${day.format(atMs)} ${clock.format(atMs)}`,
    short: (atMs, nowMs) =>
      day.format(atMs) === day.format(nowMs) ? clock.format(atMs) : `${monthDay.format(atMs)} ${clock.format(atMs)}`,
  }
}

/** How far the zone's clock is ahead of UTC at that moment. */
function offsetMs(toField: (atMs: number) => string, atMs: number): number {
  if (Number.isNaN(atMs)) return atMs
  return Date.parse(`${toField(atMs)}Z`) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS
}

function partsOf(format: Intl.DateTimeFormat, atMs: number): Record<string, string> {
  return Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
}

/** Milliseconds as `mm:ss`, or `h:mm:ss` from an hour on. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`
}
