import type { Timers } from '../../core/timers.ts'

/** Timers that run when the test moves time. */
export interface HandTimers extends Timers {
  advance(ms: number): void
  readonly waiting: number
}

export function createHandTimers(): HandTimers {
  let nowMs = 0
  let timers: { atMs: number; run: () => void }[] = []
  return {
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const [next] = timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
        if (!next) break
        timers = timers.filter((timer) => timer !== next)
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
    get waiting() {
      return timers.length
    },
  }
}
