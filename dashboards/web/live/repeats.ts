import type { AlertStepView, AlertView } from '../../contract.ts'

/** Pauses shorter than this say nothing: sensors report in bursts. */
const LEAST_PAUSE_MS = 60_000
const MOST_PAUSE_MS = 3_600_000

/** Whether repeats still come: the last is no longer ago than twice the usual pause between them. */
export function isGrowing({ state, occurrences, raisedAt, lastAt }: AlertView, nowMs: number): boolean {
  if (state !== 'active' || occurrences < 2) return false
  const lastMs = Date.parse(lastAt)
  const pauseMs = (lastMs - Date.parse(raisedAt)) / (occurrences - 1)
  return nowMs - lastMs <= Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, 2 * pauseMs))
}

/** How often it was told of, in `count` equal stretches from when it was raised until now. */
export function repeatsOf(steps: readonly AlertStepView[], raisedMs: number, nowMs: number, count: number): number[] {
  const bars = new Array<number>(count).fill(0)
  const stretchMs = Math.max(1, nowMs - raisedMs) / count
  let known = 0
  for (const { at, occurrences } of steps) {
    const index = Math.floor((Date.parse(at) - raisedMs) / stretchMs)
    bars[Math.min(count - 1, Math.max(0, index))]! += Math.max(0, occurrences - known)
    known = occurrences
  }
  return bars
}
