import type { Memory } from '../rule.ts'

/** Numbers that a spread takes in memory: mean, variance, count. */
export const SPREAD_LENGTH = 3

/** Samples before a spread is believed enough to shorten what lies far out. */
const BELIEVED = 12
/** A sample moves mean and variance by no more than this many standard deviations, so that outliers teach little. */
const FURTHEST = 3

export const meanAt = (memory: Memory, at: number): number => memory[at]!
export const varianceAt = (memory: Memory, at: number): number => memory[at + 1]!
export const countAt = (memory: Memory, at: number): number => memory[at + 2]!

/**
 * Takes one more value into the mean and variance at `at`: equal weights at first, exponential forgetting over about
 * `longest` values afterwards (West 1979). Values far out are pulled in to three standard deviations (Huber 1964).
 */
export function learnSpread(memory: Memory, at: number, value: number, longest: number): void {
  const count = memory[at + 2]! + 1
  const weight = Math.max(1 / longest, 1 / count)
  const deviation = Math.sqrt(memory[at + 1]!)
  let distance = value - memory[at]!
  if (count > BELIEVED && deviation > 0) {
    const furthest = FURTHEST * deviation
    distance = Math.max(-furthest, Math.min(furthest, distance))
  }
  memory[at] = memory[at]! + weight * distance
  memory[at + 1] = (1 - weight) * (memory[at + 1]! + weight * distance * distance)
  memory[at + 2] = count
}
