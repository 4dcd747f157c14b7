import type { Sample } from '../../core/observation.ts'

/** A device clock further ahead than this is not believed. */
export const MAX_AHEAD_MS = 10 * 60_000

/**
 * The samples in order of the time at which they are judged: their own, or, for those of a clock that is ahead by more
 * than `MAX_AHEAD_MS`, moved back together so that the newest falls on the arrival. A lying clock thus keeps its
 * intervals and cannot make later honest samples look old. Returns the same array when there is nothing to do.
 */
export function toJudgedTimes(samples: Sample[], arrivalMs: number): Sample[] {
  const latestMs = arrivalMs + MAX_AHEAD_MS
  let isOrdered = true
  let newestMs = Number.NEGATIVE_INFINITY
  for (const { atMs } of samples) {
    if (atMs < newestMs) isOrdered = false
    else newestMs = atMs
  }
  if (newestMs <= latestMs) return isOrdered ? samples : samples.toSorted((a, b) => a.atMs - b.atMs)
  const aheadMs = newestMs - arrivalMs
  return samples
    .map((sample) => (sample.atMs > latestMs ? { ...sample, atMs: sample.atMs - aheadMs } : sample))
    .sort((a, b) => a.atMs - b.atMs)
}
