import { DAY_MS, dayOf, LOCAL_OFFSET_MS, startOfDayMs, type TrendDay } from './trend-day.ts'

/**
 * What is kept of one day while it lasts: for each of its eight parts the sum and count of values and of temperatures.
 * A flat list of `TALLY_LENGTH` numbers, so that it can be part of a longer one.
 */
export type DayTally = number[]

/** The mean of a day is that of its parts: readings that come more densely at noon do not make it warmer. */
export const PARTS = 8
const PART_MS = DAY_MS / PARTS
const PER_PART = 4
export const TALLY_LENGTH = PARTS * PER_PART
/** Of the parts with a value so many must have a temperature. */
const LEAST_WARM = 0.75

/** Makes the tally at `from` an empty one. */
export function clearTally(list: DayTally, from = 0): void {
  for (let i = 0; i < TALLY_LENGTH; i++) list[from + i] = 0
}

/** Takes one reading of a part (0…7) of the day into the tally at `from`, with the temperature beside it if one is known. */
export function addToTally(
  list: DayTally,
  part: number,
  { value, tempC }: { value?: number | undefined; tempC?: number | undefined },
  from = 0,
): void {
  const at = from + Math.min(PARTS - 1, part) * PER_PART
  if (value !== undefined) {
    list[at]! += value
    list[at + 1]! += 1
  }
  if (tempC !== undefined) {
    list[at + 2]! += tempC
    list[at + 3]! += 1
  }
}

/** The day that a tally amounts to, or null when it holds no value. */
export function dayOfTally(list: DayTally, day: number, from = 0): TrendDay | null {
  let [sum, parts, warmth, warm] = [0, 0, 0, 0]
  for (let at = from; at < from + TALLY_LENGTH; at += PER_PART) {
    if (list[at + 1] === 0) continue
    sum += list[at]! / list[at + 1]!
    parts++
    if (list[at + 3] === 0) continue
    warmth += list[at + 2]! / list[at + 3]!
    warm++
  }
  if (parts === 0) return null
  return { day, value: sum / parts, parts, ...(warm >= LEAST_WARM * parts && { tempC: warmth / warm }) }
}

/** Readings of a metric and of a temperature, in any order, as days in order. */
export function toTrendDays(
  values: Iterable<{ atMs: number; value: number }>,
  temperatures: Iterable<{ atMs: number; value: number }> = [],
  offsetMs = LOCAL_OFFSET_MS,
): TrendDay[] {
  const tallies = new Map<number, DayTally>()
  const tallyOf = (atMs: number) => {
    const day = dayOf(atMs, offsetMs)
    const known = tallies.get(day)
    if (known !== undefined) return known
    const made: DayTally = []
    clearTally(made)
    tallies.set(day, made)
    return made
  }
  const partOf = (atMs: number) => Math.floor((atMs - startOfDayMs(dayOf(atMs, offsetMs), offsetMs)) / PART_MS)
  for (const { atMs, value } of values) addToTally(tallyOf(atMs), partOf(atMs), { value })
  for (const { atMs, value } of temperatures) addToTally(tallyOf(atMs), partOf(atMs), { tempC: value })
  return [...tallies]
    .map(([day, tally]) => dayOfTally(tally, day))
    .filter((day) => day !== null)
    .sort((a, b) => a.day - b.day)
}
