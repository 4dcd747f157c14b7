import type { AlertStatistics, MeanTime } from '../core/alert-statistics.ts'
import type { FloodState } from '../core/flood.ts'
import { HOURS_KEPT, type HourSums, totalOf } from './hour-sums.ts'

/** Raised per minute of the last day, sparse, oldest first. */
export type MinuteCounts = [minute: number, count: number][]

const WINDOW_MINUTES = 10

/** Minutes come in order but for a little: what is late counts to the newest. */
export function addToMinutes(minutes: MinuteCounts, minute: number): void {
  const newest = minutes.at(-1)
  if (newest !== undefined && newest[0] >= minute) newest[1]++
  else minutes.push([minute, 1])
  while (minutes[0]![0] <= minute - HOURS_KEPT * 60) minutes.shift()
}

/** New alerts per ten minutes: in the last ten, on the mean, and in the worst ten. */
export function toRates(
  minutes: MinuteCounts,
  { fromMs, nowMs, raised }: { fromMs: number; nowMs: number; raised: number },
): AlertStatistics['per10Min'] {
  const thisMinute = Math.floor(nowMs / 60_000)
  const windows = Math.max(1, (nowMs - fromMs) / (WINDOW_MINUTES * 60_000))
  let now = 0
  let max = 0
  let inWindow = 0
  let oldest = 0
  for (const [minute, count] of minutes) {
    if (minute > thisMinute - WINDOW_MINUTES) now += count
    inWindow += count
    while (minutes[oldest]![0] <= minute - WINDOW_MINUTES) inWindow -= minutes[oldest++]![1]
    if (minute * 60_000 >= fromMs - 60_000) max = Math.max(max, inWindow)
  }
  return { now, mean: raised / windows, max }
}

/** The part of the time that was flood. */
export function toFloodTime({ flood, over }: FloodState, fromMs: number, nowMs: number) {
  const spans = [
    ...(flood === null ? [] : [{ beganAtMs: flood.beganAtMs, endedAtMs: nowMs }]),
    ...over.filter(({ endedAtMs }) => endedAtMs > fromMs),
  ]
  const inFloodMs = spans.reduce(
    (sum, { beganAtMs, endedAtMs }) => sum + Math.max(0, Math.min(endedAtMs, nowMs) - Math.max(beganAtMs, fromMs)),
    0,
  )
  return { floodShare: inFloodMs / Math.max(1, nowMs - fromMs), floods: spans.length }
}

export function toMeanTime(hours: HourSums, nowMs: number): MeanTime {
  const { count, sum } = totalOf(hours, nowMs)
  return { count, meanS: count === 0 ? null : Math.round(sum / count) / 1000 }
}
