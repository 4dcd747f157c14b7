import type { Memory } from '../rule.ts'
import { hourOf } from './season.ts'

const DAY_MS = 86_400_000
const HOURS = 24
/** Days remembered, today included. */
const DAYS = 5
/** As many of the days before make a habit. */
const HABIT_DAYS = 2
/** Something is no news while it goes no further than this times what those days showed. */
const TOLERANCE = 1.25
/** Stands for an hour without samples: lower than any highest, higher than any lowest. */
const NOTHING = 1e200

/** The day of the newest sample, then for each day remembered its hours' highest values and its hours' lowest. */
const DAY_LENGTH = 2 * HOURS
/** Numbers that habits take in memory. */
export const HABITS_LENGTH = 1 + DAYS * DAY_LENGTH

/**
 * Whether two of the four days before went as far from `expected` at this hour or one beside it: a backup at about
 * three every night is no news, however far it stands out from the hour's other samples.
 */
export function isHabit(memory: Memory, at: number, atMs: number, value: number, expected: number): boolean {
  const hour = hourOf(atMs, HOURS)
  const today = rowOf(dayOf(atMs))
  let days = 0
  for (let row = 0; row < DAYS; row++) {
    if (row === today) continue
    const first = at + 1 + row * DAY_LENGTH
    for (let beside = hour + HOURS - 1; beside <= hour + HOURS + 1; beside++) {
      const place = first + (beside % HOURS)
      const reached = value >= expected ? memory[place]! - expected : expected - memory[place + HOURS]!
      if (reached * TOLERANCE < Math.abs(value - expected)) continue
      days++
      break
    }
  }
  return days >= HABIT_DAYS
}

/** Takes one more value into the day's highest and lowest of its hour; a new day takes the place of the oldest. */
export function noteHabit(memory: Memory, at: number, atMs: number, value: number): void {
  const day = dayOf(atMs)
  const first = at + 1 + rowOf(day) * DAY_LENGTH
  if (memory[at] !== day) {
    memory[at] = day
    memory.fill(-NOTHING, first, first + HOURS)
    memory.fill(NOTHING, first + HOURS, first + DAY_LENGTH)
  }
  const place = first + hourOf(atMs, HOURS)
  memory[place] = Math.max(memory[place]!, value)
  memory[place + HOURS] = Math.min(memory[place + HOURS]!, value)
}

/** A memory of habits in which nothing was seen yet. */
export function beginHabits(memory: Memory, at: number): void {
  for (let row = 0; row < DAYS; row++) {
    const first = at + 1 + row * DAY_LENGTH
    memory.fill(-NOTHING, first, first + HOURS)
    memory.fill(NOTHING, first + HOURS, first + DAY_LENGTH)
  }
}

const dayOf = (atMs: number) => Math.floor(atMs / DAY_MS)
const rowOf = (day: number) => ((day % DAYS) + DAYS) % DAYS
