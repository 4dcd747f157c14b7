import type { Memory } from '../rule.ts'

/** Samples that make the recent level. */
const RECENT = 12

/** Numbers that the recent values take in memory: how many, the next place, and the values. */
export const RECENT_LENGTH = 2 + RECENT

/** Takes one more value; the mean of the last 12, or undefined before there are as many. */
export function noteRecent(memory: Memory, at: number, value: number): number | undefined {
  const place = memory[at + 1]!
  memory[at + 2 + place] = value
  memory[at + 1] = (place + 1) % RECENT
  memory[at] = Math.min(memory[at]! + 1, RECENT)
  if (memory[at]! < RECENT) return undefined
  let sum = 0
  for (let i = at + 2; i < at + 2 + RECENT; i++) sum += memory[i]!
  return sum / RECENT
}
