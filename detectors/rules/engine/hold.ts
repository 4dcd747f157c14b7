/** How long a condition must hold before it counts, and be gone before it is over. */
export interface Delays {
  onDelayMs: number
  offDelayMs: number
}

/**
 * One condition with several levels (0 none, 1 the mildest, up to n), each level with its own on-delay and off-delay:
 * as if every level were a rule of its own, and the worst that holds is shown. Never mutated.
 */
export interface Hold {
  /** The level that the last sample indicated. */
  readonly raw: number
  /** The level that has outlasted its delays. */
  readonly shown: number
  /** Per level, when the last sample's verdict on it began, ms of device time. Length n. */
  readonly sinceMs: readonly number[]
}

const idleHolds: Hold[] = []

/** Nothing indicated, nothing shown; one object for all, as most subjects are idle most of the time. */
export function idleHold(levels: number): Hold {
  idleHolds[levels] ??= { raw: 0, shown: 0, sinceMs: new Array<number>(levels).fill(0) }
  return idleHolds[levels]
}

/** Lets device time pass to `atMs` while nothing new is said: delays that run out by then (inclusive) take effect. */
export function passTime(hold: Hold, delays: Delays, atMs: number): Hold {
  const { raw, shown, sinceMs } = hold
  if (raw === shown) return hold
  let next = shown
  if (raw > shown) while (next < raw && sinceMs[next]! + delays.onDelayMs <= atMs) next++
  else while (next > raw && sinceMs[next - 1]! + delays.offDelayMs <= atMs) next--
  return next === shown ? hold : { raw, shown: next, sinceMs }
}

/** Takes in what a sample at `atMs` indicates. Call `passTime` to the same moment first. */
export function indicate(hold: Hold, delays: Delays, level: number, atMs: number): Hold {
  if (level === hold.raw) return hold
  const from = Math.min(level, hold.raw)
  const to = Math.max(level, hold.raw)
  const sinceMs = hold.sinceMs.map((since, index) => (index >= from && index < to ? atMs : since))
  return passTime({ raw: level, shown: hold.shown, sinceMs }, delays, atMs)
}

/** Device time at which the next delay runs out if nothing new is said, or Infinity. */
export function holdDueMs(hold: Hold, delays: Delays): number {
  const { raw, shown, sinceMs } = hold
  if (raw === shown) return Number.POSITIVE_INFINITY
  return raw > shown ? sinceMs[shown]! + delays.onDelayMs : sinceMs[shown - 1]! + delays.offDelayMs
}
