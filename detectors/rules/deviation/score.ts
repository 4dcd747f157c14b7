import type { Memory } from '../rule.ts'
import { beginHabits, HABITS_LENGTH, isHabit, noteHabit } from './habits.ts'
import { noteRecent, RECENT_LENGTH } from './recent.ts'
import { learnUsual, type Season, seasonLength, usualAt } from './season.ts'
import { countAt, learnSpread, meanAt, SPREAD_LENGTH, varianceAt } from './spread.ts'
import { noteInTail, rarityOf, TAIL_LENGTH } from './tail.ts'

/** Samples over which the value's own mean and variance are learnt and forgotten. */
const LONG_RUN = 20_000
/** Samples before mean and variance are believed. */
const BELIEVED = 20
/** Samples before anything is compared with an hour's usual value. */
const SEASON_FROM = 100
/** Samples before a score is given. */
const SPEAKS_FROM = 150
/** Larger values are taken for this, so that squares stay finite. */
const LARGEST = 1e100
/** A spread narrower than this part of the mean is not believed. */
const NARROWEST = 1e-3

/** Places in memory. */
const SINCE = 0
const AT = 1
const COUNT = 2
const VALUE = 3
const BEFORE = 4
const SCORE = 5
const EXPECTED = 6
const DEVIATION = 7
const RECENT_MEAN = 8
const VIEWS = 9
const VALUE_SPREAD = VIEWS + 3
const LEVEL_SPREAD = VALUE_SPREAD + SPREAD_LENGTH
const RECENT_VALUES = LEVEL_SPREAD + SPREAD_LENGTH
const RECENT_RESIDUALS = RECENT_VALUES + RECENT_LENGTH
const TAILS = RECENT_RESIDUALS + RECENT_LENGTH
const VALUE_TAIL = TAILS
const RESIDUAL_TAIL = VALUE_TAIL + TAIL_LENGTH
const JUMP_TAIL = RESIDUAL_TAIL + TAIL_LENGTH
const LEVEL_TAIL = JUMP_TAIL + TAIL_LENGTH
const RESIDUAL_LEVEL_TAIL = LEVEL_TAIL + TAIL_LENGTH
const HABITS = RESIDUAL_LEVEL_TAIL + TAIL_LENGTH
const HOURS = HABITS + HABITS_LENGTH

/** From where a sample was looked at: its value, its step from the one before, the level of the last dozen. */
export type ViewName = 'point' | 'jump' | 'level'

/** What is known of the newest sample. */
export interface Deviation {
  value: number
  /** The value of the sample before. */
  before: number
  /** Mean of the last dozen samples. */
  recent: number
  /** What is usual, at this hour where that is known. */
  expected: number
  deviation: number
  /** Rarity from all three views, powers of ten added up. */
  score: number
  rarities: Record<ViewName, number>
  /** The view that says most. */
  view: ViewName
}

/**
 * Takes in one sample and scores it by what was before it.
 *
 * Three views, each a rarity as a power of ten (`rarityOf`), are added up:
 * point: distance of the value from the long-run mean or from the hour's usual value, the rarer of the two;
 * jump: distance from the sample before;
 * level: distance of the mean of the last dozen samples from its own long run, or that of their residuals, the rarer.
 * A sample that is rare from several sides counts for more than one that is rare from one (Fisher 1932). With a season,
 * point and jump say nothing of what is a habit of the hour (`isHabit`).
 */
export function learn(memory: Memory, season: Season, atMs: number, sample: number): Memory {
  const value = Math.max(-LARGEST, Math.min(LARGEST, sample))
  if (memory.length === 0) begin(memory, season, atMs)
  const usual = memory[COUNT]! > SEASON_FROM ? usualAt(memory, HOURS, season, atMs) : undefined
  const residual = usual === undefined ? undefined : (value - usual.mean) / (usual.deviation + Number.EPSILON)
  const point = pointRarity(memory, value, residual)
  const jump = memory[COUNT] === 0 ? 0 : rarityIn(memory, JUMP_TAIL, value - memory[VALUE]!)
  const level = levelRarity(memory, value, residual)
  const expected = usual?.mean ?? meanAt(memory, VALUE_SPREAD)
  const isNews = season === 'none' || point + jump === 0 || !isHabit(memory, HABITS, atMs, value, expected)
  memory[VIEWS] = isNews ? point : 0
  memory[VIEWS + 1] = isNews ? jump : 0
  memory[VIEWS + 2] = level
  memory[SCORE] = memory[VIEWS] + memory[VIEWS + 1]! + level
  memory[EXPECTED] = expected
  memory[DEVIATION] = usual?.deviation ?? Math.sqrt(varianceAt(memory, VALUE_SPREAD))
  memory[AT] = atMs
  memory[COUNT] = memory[COUNT]! + 1
  memory[BEFORE] = memory[VALUE]!
  memory[VALUE] = value
  learnUsual(memory, HOURS, season, atMs, value)
  learnSpread(memory, VALUE_SPREAD, value, LONG_RUN)
  if (season !== 'none') noteHabit(memory, HABITS, atMs, value)
  return memory
}

/** The score of the newest sample, or undefined while it is too early to say. */
export function scoreOf(memory: Memory, warmUpMs: number): number | undefined {
  return memory[COUNT]! > SPEAKS_FROM && memory[AT]! - memory[SINCE]! >= warmUpMs ? memory[SCORE] : undefined
}

export function deviationOf(memory: Memory): Deviation {
  const [point, jump, level] = [memory[VIEWS]!, memory[VIEWS + 1]!, memory[VIEWS + 2]!]
  return {
    value: memory[VALUE]!,
    before: memory[BEFORE]!,
    recent: memory[RECENT_MEAN]!,
    expected: memory[EXPECTED]!,
    deviation: memory[DEVIATION]!,
    score: memory[SCORE]!,
    rarities: { point, jump, level },
    view: point >= jump && point >= level ? 'point' : jump >= level ? 'jump' : 'level',
  }
}

/** What it has learnt from so far. */
export function learntFrom(memory: Memory): { samples: number; forS: number } {
  return { samples: memory[COUNT]!, forS: (memory[AT]! - memory[SINCE]!) / 1000 }
}

function begin(memory: Memory, season: Season, atMs: number): void {
  const length = season === 'none' ? HABITS : HOURS + seasonLength(season)
  for (let i = 0; i < length; i++) memory.push(0)
  memory[SINCE] = atMs
  if (season !== 'none') beginHabits(memory, HABITS)
}

function pointRarity(memory: Memory, value: number, residual: number | undefined): number {
  const inLongRun = isBelieved(memory, VALUE_SPREAD)
    ? rarityIn(memory, VALUE_TAIL, distanceFrom(memory, VALUE_SPREAD, value))
    : 0
  return residual === undefined ? inLongRun : Math.max(inLongRun, rarityIn(memory, RESIDUAL_TAIL, residual))
}

function levelRarity(memory: Memory, value: number, residual: number | undefined): number {
  const mean = noteRecent(memory, RECENT_VALUES, value)
  let rarity = 0
  if (mean !== undefined) {
    memory[RECENT_MEAN] = mean
    if (isBelieved(memory, LEVEL_SPREAD))
      rarity = rarityIn(memory, LEVEL_TAIL, distanceFrom(memory, LEVEL_SPREAD, mean))
    learnSpread(memory, LEVEL_SPREAD, mean, LONG_RUN)
  }
  const residualMean = residual === undefined ? undefined : noteRecent(memory, RECENT_RESIDUALS, residual)
  return residualMean === undefined ? rarity : Math.max(rarity, rarityIn(memory, RESIDUAL_LEVEL_TAIL, residualMean))
}

/** The rarity of a distance to either side, which is then taken in. */
function rarityIn(memory: Memory, tail: number, distance: number): number {
  const size = Math.abs(distance)
  const rarity = rarityOf(memory, tail, size)
  noteInTail(memory, tail, size)
  return rarity
}

function distanceFrom(memory: Memory, spread: number, value: number): number {
  const mean = meanAt(memory, spread)
  const narrowest = NARROWEST * mean
  return (value - mean) / (Math.sqrt(varianceAt(memory, spread) + narrowest * narrowest) + Number.EPSILON)
}

function isBelieved(memory: Memory, spread: number): boolean {
  return countAt(memory, spread) > BELIEVED
}
