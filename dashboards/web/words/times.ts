import type { Language } from './words.ts'

/** Times as people read them, all in one zone. */
export interface Times {
  /** `2026/11/22 11:13:27` */
  full(atMs: number): string
  /** `11:13:27` today, with the date before it on another day. */
  short(atMs: number, nowMs: number): string
}

export function createTimes(language: Language, timeZone: string): Times {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const day = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const monthDay = new Intl.DateTimeFormat(locale, { timeZone, month: '2-digit', day: '2-digit' })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return {
    full: (atMs) => `${day.format(atMs)} ${clock.format(atMs)}`,
    short: (atMs, nowMs) =>
      day.format(atMs) === day.format(nowMs) ? clock.format(atMs) : `${monthDay.format(atMs)} ${clock.format(atMs)}`,
  }
}

/** Milliseconds as `mm:ss`, or `h:mm:ss` from an hour on. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`
}
