import type { Memory } from '../rule.ts'
import { countAt, learnSpread, meanAt, SPREAD_LENGTH, varianceAt } from './spread.ts'

/** By what the usual value is told apart: not at all, by hour of day, by hour of week, or by whichever errs less. */
export type Season = 'none' | 'day' | 'week' | 'auto'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const WEEK_HOURS = 168
/** Samples of one hour of the day before its usual value is known. */
const DAY_KNOWN = 12
/** Samples, and weeks, before the usual value of one hour of the week is known. */
const WEEK_KNOWN = 3
/** Days (or weeks) over which the usual value of an hour is learnt and forgotten. */
const PERIODS = 10
/** Weight of the spread over all hours in the spread of one hour, in samples: few samples say little of it. */
const POOLED = 12
/** Residuals over which the spread over all hours and the errors of day and week are followed. */
const FOLLOWED = 5_000
const ERRORS = 500

/** Places, from the season's first: since when, spread of residuals over all hours, errors by day and by week, hours. */
const SINCE = 0
const RESIDUALS = 1
const DAY_ERROR = RESIDUALS + SPREAD_LENGTH
const WEEK_ERROR = DAY_ERROR + 1
const COMPARED = WEEK_ERROR + 1
const DAY = COMPARED + 1
const WEEK = DAY + DAY_HOURS * SPREAD_LENGTH

/** Numbers that a season takes in memory. */
export function seasonLength(season: Season): number {
  if (season === 'none') return 0
  return season === 'day' ? WEEK : WEEK + WEEK_HOURS * SPREAD_LENGTH
}

/** What is usual at an hour. */
export interface Usual {
  mean: number
  deviation: number
}

/**
 * What is usual at the hour of `atMs`, or undefined while too little is known of it. Hours are those of UTC, which any
 * time zone without summer time only shifts. `auto` answers by hour of week once that erred less than by hour of day.
 */
export function usualAt(memory: Memory, at: number, season: Season, atMs: number): Usual | undefined {
  if (season === 'none') return undefined
  const byDay = at + DAY + hourOf(atMs, DAY_HOURS) * SPREAD_LENGTH
  const isDayKnown = countAt(memory, byDay) >= DAY_KNOWN
  if (season === 'day') return isDayKnown ? usual(memory, at, byDay) : undefined
  const byWeek = at + WEEK + hourOf(atMs, WEEK_HOURS) * SPREAD_LENGTH
  if (isWeekKnown(memory, at, byWeek, atMs) && (season === 'week' || isWeekBetter(memory, at)))
    return usual(memory, at, byWeek)
  return isDayKnown ? usual(memory, at, byDay) : undefined
}

/** Takes one more value into what is usual at its hour. */
export function learnUsual(memory: Memory, at: number, season: Season, atMs: number, value: number): void {
  if (season === 'none') return
  const byDay = at + DAY + hourOf(atMs, DAY_HOURS) * SPREAD_LENGTH
  if (memory[at + SINCE] === 0) memory[at + SINCE] = atMs
  const isDayKnown = countAt(memory, byDay) >= DAY_KNOWN
  if (isDayKnown) learnSpread(memory, at + RESIDUALS, value - meanAt(memory, byDay), FOLLOWED)
  if (season !== 'day') {
    const byWeek = at + WEEK + hourOf(atMs, WEEK_HOURS) * SPREAD_LENGTH
    if (isDayKnown && isWeekKnown(memory, at, byWeek, atMs)) compare(memory, at, byDay, byWeek, value)
    learnHour(memory, byWeek, value, periods(memory, at, atMs, WEEK_HOURS))
  }
  learnHour(memory, byDay, value, periods(memory, at, atMs, DAY_HOURS))
}

function usual(memory: Memory, at: number, hour: number): Usual {
  const count = countAt(memory, hour)
  const pooled = varianceAt(memory, at + RESIDUALS)
  const variance = (varianceAt(memory, hour) * count + pooled * POOLED) / (count + POOLED)
  return { mean: meanAt(memory, hour), deviation: Math.sqrt(variance) }
}

/** Forgets over `PERIODS` visits, however many samples a visit brings. */
function learnHour(memory: Memory, hour: number, value: number, visits: number): void {
  const samplesPerVisit = (countAt(memory, hour) + 1) / visits
  learnSpread(memory, hour, value, Math.max(1, PERIODS * samplesPerVisit))
}

function compare(memory: Memory, at: number, byDay: number, byWeek: number, value: number): void {
  const dayError = Math.abs(value - meanAt(memory, byDay))
  const weekError = Math.abs(value - meanAt(memory, byWeek))
  memory[at + DAY_ERROR] = memory[at + DAY_ERROR]! + (dayError - memory[at + DAY_ERROR]!) / ERRORS
  memory[at + WEEK_ERROR] = memory[at + WEEK_ERROR]! + (weekError - memory[at + WEEK_ERROR]!) / ERRORS
  memory[at + COMPARED] = memory[at + COMPARED]! + 1
}

/** Compared over at least as many samples as a week has hours. */
function isWeekBetter(memory: Memory, at: number): boolean {
  return memory[at + COMPARED]! > WEEK_HOURS && memory[at + WEEK_ERROR]! < memory[at + DAY_ERROR]!
}

function isWeekKnown(memory: Memory, at: number, byWeek: number, atMs: number): boolean {
  return countAt(memory, byWeek) >= WEEK_KNOWN && periods(memory, at, atMs, WEEK_HOURS) > WEEK_KNOWN
}

/** Periods begun since the first sample. */
function periods(memory: Memory, at: number, atMs: number, hours: number): number {
  return 1 + Math.floor((atMs - memory[at + SINCE]!) / (hours * HOUR_MS))
}

/** The hour of the day (24) or of the week (168), counted from the epoch. */
export function hourOf(atMs: number, hours: number): number {
  const hour = Math.floor(atMs / HOUR_MS) % hours
  return hour < 0 ? hour + hours : hour
}
