import type { Clock } from '../../core/clock.ts'

/** A clock that stands still until it is moved, and never goes back. */
export interface HandClock extends Clock {
  moveTo(atMs: number): void
}

export function createHandClock(startMs: number): HandClock {
  let atMs = startMs
  return {
    nowMs: () => atMs,
    moveTo(nextMs) {
      atMs = Math.max(atMs, nextMs)
    },
  }
}
