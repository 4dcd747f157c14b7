import { Temporal } from 'temporal-polyfill'

/** What the clock on the wall shows: the hour, 0 to 23, and the day of the week, 1 Monday to 7 Sunday. */
export interface WallTime {
  hour: number
  weekday: number
}

/** Tells the local time of moments; cheap for moments of one hour, whatever their order. */
export function createWallClock(zone: string): (atMs: number) => WallTime {
  let fromMs = 0
  let untilMs = 0
  let shown: WallTime = { hour: 0, weekday: 1 }
  return (atMs) => {
    if (atMs >= fromMs && atMs < untilMs) return shown
    const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone)
    // Clocks may change within an hour of theirs, so only the quarter is taken as known.
    const quarter = local.round({ smallestUnit: 'minute', roundingIncrement: 15, roundingMode: 'floor' })
    fromMs = quarter.epochMilliseconds
    untilMs = fromMs + 15 * 60_000
    shown = { hour: local.hour, weekday: local.dayOfWeek }
    return shown
  }
}

/** True for the name of a zone that clocks are kept by. */
export function isZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId !== ''
  } catch {
    return false
  }
}
