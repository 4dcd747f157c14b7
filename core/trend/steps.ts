import type { TrendDay } from './trend-day.ts'

/** Days on either side whose medians are compared. */
const SIDE = 5
/** A change counts from so many of its usual deviations on. */
const LEAST_DEVIATIONS = 7
/** So much of it must have happened from the day before to the day after. */
const LEAST_AT_ONCE = 0.6
const MOST_STEPS = 3
/** Below that many days nobody knows what is usual. */
const LEAST_DAYS = 40
const NORMAL_PER_MEDIAN = 1.4826

/**
 * Days, in order, on which the value changed at once and for good by far more than it does otherwise: a sensor that was
 * moved, a crack that opened. At most three, none next to one that is known.
 */
export function findSteps(days: readonly TrendDay[], known: readonly number[]): number[] {
  if (days.length < LEAST_DAYS) return []
  const level = withoutTemperature(days)
  const jumps = days.map((_, i) => jumpAt(level, i))
  const usual = median(jumps.filter((jump) => jump !== null))
  const off = jumps.map((jump) => (jump === null ? 0 : Math.abs(jump - usual)))
  const spread = spreadOf(off.filter((_, i) => jumps[i] !== null))
  const changes = level.slice(1).map((value, i) => Math.abs(value - level[i]!))
  const least = LEAST_DEVIATIONS * Math.max(spread, NORMAL_PER_MEDIAN * median(changes))
  const found: number[] = []
  const isNear = (day: number) => [...known, ...found].some((other) => Math.abs(other - day) <= SIDE)
  const largestFirst = off.map((_, i) => i).sort((a, b) => off[b]! - off[a]!)
  for (const i of largestFirst) {
    if (found.length === MOST_STEPS || off[i]! <= least) break
    const atOnce = Math.abs(level[i + 1]! - level[i - 1]!)
    if (atOnce >= LEAST_AT_ONCE * off[i]! && !isNear(days[i]!.day)) found.push(days[i]!.day)
  }
  return found.sort((a, b) => a - b)
}

/** Of a value that mostly stays where it is to the last digit the median says nothing. */
function spreadOf(sizes: readonly number[]): number {
  const usual = NORMAL_PER_MEDIAN * median(sizes)
  return usual > 0 ? usual : sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length)
}

/** Change of the median from the days before to the days after, or null near the ends. */
function jumpAt(level: readonly number[], i: number): number | null {
  if (i < SIDE || i + SIDE >= level.length) return null
  return median(level.slice(i + 1, i + 1 + SIDE)) - median(level.slice(i - SIDE, i))
}

/** Takes away what follows the temperature from day to day: the median of the slopes. */
function withoutTemperature(days: readonly TrendDay[]): number[] {
  const slopes: number[] = []
  for (let i = 1; i < days.length; i++) {
    const change = (days[i]!.tempC ?? 0) - (days[i - 1]!.tempC ?? 0)
    if (Math.abs(change) > 0.5) slopes.push((days[i]!.value - days[i - 1]!.value) / change)
  }
  const perDegree = slopes.length < LEAST_DAYS / 4 ? 0 : median(slopes)
  return days.map(({ value, tempC = 0 }) => value - perDegree * tempC)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
