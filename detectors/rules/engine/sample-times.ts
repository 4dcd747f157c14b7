import type { Sample } from '../../../core/observation.ts'
import { AHEAD_MS, type DeviceClock, readClock } from './device-clock.ts'

/** Device time of the newest sample, or -Infinity of none. */
export function newestOf(samples: Sample[]): number {
  let newestMs = Number.NEGATIVE_INFINITY
  for (const { atMs } of samples) if (atMs > newestMs) newestMs = atMs
  return newestMs
}

/** Beyond this a sample from the future among honest ones is a mistake of its own, not the clock's. */
const STRAY_MS = 3_600_000

/**
 * The samples in order of the time at which they are judged: their own, or, where the device's clock is wrong, moved
 * together so that the newest falls on the arrival. A lying clock thus keeps its intervals and cannot make later honest
 * samples look old; where it is ahead by more than an hour, samples that are not ahead stay where they are. Returns the
 * same array when there is nothing to do.
 */
export function toJudgedTimes(samples: Sample[], newestMs: number, clock: DeviceClock, arrivalMs: number): Sample[] {
  const shiftMs = readClock(clock, newestMs, arrivalMs)
  if (shiftMs === 0) return isOrdered(samples) ? samples : samples.toSorted(byTime)
  const fromMs = shiftMs < -STRAY_MS ? arrivalMs + AHEAD_MS : Number.NEGATIVE_INFINITY
  return samples
    .map((sample) => (sample.atMs > fromMs ? { ...sample, atMs: sample.atMs + shiftMs } : sample))
    .sort(byTime)
}

function byTime(a: Sample, b: Sample): number {
  return a.atMs - b.atMs
}

function isOrdered(samples: Sample[]): boolean {
  for (let i = 1; i < samples.length; i++) if (samples[i]!.atMs < samples[i - 1]!.atMs) return false
  return true
}
