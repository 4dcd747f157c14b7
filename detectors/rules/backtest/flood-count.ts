import type { FloodLimits } from '../../../core/flood.ts'

/** ISA-18.2's figures (from memory, unverified), as the live count has them. */
export const FLOOD_LIMITS: FloodLimits = { windowS: 600, enterAbove: 10, leaveBelow: 5 }

/** Counts floods and the time they last. */
export interface FloodCount {
  /** An alert was raised. Times never go back. */
  raised(atMs: number): void
  /** Floods that began, and how long they lasted in all; one that lasts still does so until `untilMs`. */
  total(untilMs: number): { floods: number; minutes: number }
}

/** Counts from `fromMs` on: a flood that began before counts from there. */
export function createFloodCount({ windowS, enterAbove, leaveBelow }: FloodLimits, fromMs: number): FloodCount {
  const windowMs = windowS * 1000
  /** The last times, newest last; no more than decide anything. */
  const times: number[] = []
  let beganAtMs: number | null = null
  let floods = 0
  let lastedMs = 0

  /** The number falls below the lower limit when the oldest of the last `leaveBelow` leaves the window. */
  const endsAtMs = () => (times.at(-leaveBelow) ?? Number.NEGATIVE_INFINITY) + windowMs

  function end(atMs: number): void {
    lastedMs += Math.max(0, atMs - Math.max(fromMs, beganAtMs ?? atMs))
    beganAtMs = null
  }

  return {
    raised(atMs) {
      if (beganAtMs !== null && endsAtMs() <= atMs) end(endsAtMs())
      times.push(atMs)
      if (times.length > enterAbove + 1) times.shift()
      if (beganAtMs !== null || times.length <= enterAbove || times[0]! <= atMs - windowMs) return
      beganAtMs = atMs
      if (atMs >= fromMs) floods++
    },
    total(untilMs) {
      if (beganAtMs !== null) {
        const lastsMs = Math.max(0, Math.min(endsAtMs(), untilMs) - Math.max(fromMs, beganAtMs))
        return { floods, minutes: (lastedMs + lastsMs) / 60_000 }
      }
      return { floods, minutes: lastedMs / 60_000 }
    },
  }
}
