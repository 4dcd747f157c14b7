import { addToTally, clearTally, dayOfTally, PARTS, TALLY_LENGTH } from '../../../core/trend/day-tally.ts'
import type { TrendDay } from '../../../core/trend/trend-day.ts'
import type { Memory } from '../rule.ts'
import { SAID_LENGTH } from './said-trend.ts'

/** How days are counted and how many are kept. A day may be shorter for trials. */
export interface DayOrder {
  dayMs: number
  offsetMs: number
  /** Days of the window, and those before it of which the temperature is still felt. */
  kept: number
}

/** Where a temperature of a day came from. */
const NOWHERE = 0
const OWN = 1
const AROUND = 2

/** Places in memory, after what was last said: the open day and its tally, the base, then the days. */
const OPEN_DAY = SAID_LENGTH
const OPEN_SOURCE = OPEN_DAY + 1
const TALLY = OPEN_SOURCE + 1
const BASE_COUNT = TALLY + TALLY_LENGTH
const BASE = BASE_COUNT + 1
const PER_DAY = 4
/** Days that make up a base. */
const BASE_DAYS = 7
const DAYS = BASE + BASE_DAYS * PER_DAY
/** In a day's code beside its parts, which are fewer. */
const PER_SOURCE = 16

/** Values beyond are taken for this, so that squares stay finite. */
const LARGEST = 1e9
const COLDEST_C = -90
const WARMEST_C = 90

export interface Sample {
  atMs: number
  value: number
  tempC?: number | undefined
  isOwn: boolean
}

/** Takes one more sample in. True when a day was over before it: then there is something new to say. */
export function addSample(memory: Memory, { atMs, value, tempC, isOwn }: Sample, order: DayOrder): boolean {
  const localMs = atMs + order.offsetMs
  const day = Math.floor(localMs / order.dayMs)
  const isFirst = memory.length === 0
  if (isFirst) for (let i = 0; i < DAYS; i++) memory.push(0)
  const isOver = !isFirst && day > memory[OPEN_DAY]!
  if (isOver) closeDay(memory, order.kept)
  if (isFirst || isOver) {
    memory[OPEN_DAY] = day
    memory[OPEN_SOURCE] = NOWHERE
    clearTally(memory, TALLY)
  }
  const source = tempC === undefined ? NOWHERE : isOwn ? OWN : AROUND
  if (memory[OPEN_SOURCE] === NOWHERE) memory[OPEN_SOURCE] = source
  // Two thermometers need not agree: a day has that of its first sample.
  const felt = source === memory[OPEN_SOURCE] ? tempC : undefined
  const part = Math.floor(((localMs - day * order.dayMs) / order.dayMs) * PARTS)
  addToTally(
    memory,
    part,
    { value: clamp(value, -LARGEST, LARGEST), tempC: felt && clamp(felt, COLDEST_C, WARMEST_C) },
    TALLY,
  )
  return isOver
}

/** The days that are over, with the temperatures of the thermometer that most of them have. */
export function daysOf(memory: Memory): TrendDay[] {
  return readDays(memory, DAYS, memory.length, usualSource(memory))
}

/** The first week from `zeroDay` on; as far back as is remembered. */
export function baseOf(memory: Memory, zeroDay: number): TrendDay[] {
  if (memory[BASE_COUNT]! > 0 && memory[BASE]! < zeroDay) fillBase(memory, zeroDay)
  return readDays(memory, BASE, BASE + memory[BASE_COUNT]! * PER_DAY, usualSource(memory))
}

function closeDay(memory: Memory, kept: number): void {
  const day = dayOfTally(memory, memory[OPEN_DAY]!, TALLY)
  if (day === null) return
  const source = day.tempC === undefined ? NOWHERE : memory[OPEN_SOURCE]!
  const entry = [day.day, day.value, day.tempC ?? 0, source * PER_SOURCE + day.parts]
  memory.push(...entry)
  const over = memory.length - DAYS - kept * PER_DAY
  if (over > 0) memory.splice(DAYS, over)
  if (memory[BASE_COUNT]! < BASE_DAYS) addToBase(memory, entry)
}

/** Begins the base anew: the zero date was set after the days that made it up. */
function fillBase(memory: Memory, zeroDay: number): void {
  memory[BASE_COUNT] = 0
  for (let at = DAYS; at < memory.length && memory[BASE_COUNT]! < BASE_DAYS; at += PER_DAY)
    if (memory[at]! >= zeroDay) addToBase(memory, memory.slice(at, at + PER_DAY))
}

function addToBase(memory: Memory, entry: readonly number[]): void {
  const at = BASE + memory[BASE_COUNT]! * PER_DAY
  for (const [i, number] of entry.entries()) memory[at + i] = number
  memory[BASE_COUNT]! += 1
}

function readDays(memory: Memory, from: number, to: number, source: number): TrendDay[] {
  const days: TrendDay[] = []
  for (let at = from; at < to; at += PER_DAY) {
    const code = memory[at + 3]!
    const isMeasured = source !== NOWHERE && Math.floor(code / PER_SOURCE) === source
    const [day, value] = [memory[at]!, memory[at + 1]!]
    days.push({ day, value, parts: code % PER_SOURCE, ...(isMeasured && { tempC: memory[at + 2]! }) })
  }
  return days
}

function usualSource(memory: Memory): number {
  const counts = [0, 0, 0]
  for (let at = DAYS; at < memory.length; at += PER_DAY) counts[Math.floor(memory[at + 3]! / PER_SOURCE)]! += 1
  return counts[OWN]! >= counts[AROUND]! ? OWN : AROUND
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
