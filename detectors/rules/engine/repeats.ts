import type { Repeat } from '../rule.ts'

/** More than any rule may ask for, so that a list of samples stays short. */
export const MAX_REPEAT = 100

/** Takes note of a sample's level. `repeats` is `[atMs, level, …]`, oldest first, and changed in place. */
export function noteLevel(repeats: number[], repeat: Repeat, atMs: number, level: number): void {
  if ('of' in repeat) {
    repeats.push(atMs, level)
    if (repeats.length > 2 * repeat.of) repeats.splice(0, repeats.length - 2 * repeat.of)
    return
  }
  if (level > 0) repeats.push(atMs, level)
  else if (repeats.length === 0) return
  forget(repeats, repeat.withinMs, atMs)
  if (repeats.length > 2 * MAX_REPEAT) repeats.splice(0, repeats.length - 2 * MAX_REPEAT)
}

/** The worst level that at least `count` of the noted samples reach. */
export function repeatedLevel(repeats: number[], repeat: Repeat, atMs: number): number {
  if ('withinMs' in repeat) forget(repeats, repeat.withinMs, atMs)
  if (repeats.length < 2 * repeat.count) return 0
  const levels: number[] = []
  for (let i = 1; i < repeats.length; i += 2) levels.push(repeats[i]!)
  levels.sort((a, b) => b - a)
  return levels[repeat.count - 1]!
}

/** How many of the samples that still count reach a level. */
export function countReaching(repeats: number[], repeat: Repeat, atMs: number, level: number): number {
  let count = 0
  for (let i = 0; i < repeats.length; i += 2) {
    const counts = 'of' in repeat || repeats[i]! + repeat.withinMs > atMs
    if (counts && repeats[i + 1]! >= level) count++
  }
  return count
}

/** When the oldest noted sample no longer counts, or Infinity: with `of` only samples change what counts. */
export function repeatsChangeMs(repeats: number[], repeat: Repeat): number {
  return 'of' in repeat || repeats.length === 0 ? Number.POSITIVE_INFINITY : repeats[0]! + repeat.withinMs
}

function forget(repeats: number[], withinMs: number, atMs: number): void {
  let old = 0
  while (old < repeats.length && repeats[old]! + withinMs <= atMs) old += 2
  if (old > 0) repeats.splice(0, old)
}
