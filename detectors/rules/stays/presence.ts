import type { Memory } from '../rule.ts'

/**
 * Presence in a house, folded into days. A day begins at 09:00 local time: its daytime ends at 20:00, its night at 09:00 of the
 * next morning, so that who works at night is at home at the ends of it and counts as there. All of it in device time.
 */
export interface DayOptions {
  /** Local time is UTC plus this. */
  offsetMs: number
  /** A sample says how it is until the next one, but no longer than this. */
  holdMs: number
  /** Days that are kept. */
  days: number
}

/** What is known of one day, as one number: `night + VISITED` where somebody came in the daytime and left again. */
export const VACANT = 0
export const OCCUPIED = 1
export const UNKNOWN = 2
export const VISITED = 4

/** Places in memory; one is left to whoever counts, then days follow, oldest first. */
const DAY = 0
const LAST_MS = 1
const IS_THERE = 2
const KNOWN_MS = 3
const THERE_MS = 4
const BLOCK_FROM_MS = 5
const BLOCK_TO_MS = 6
const IS_VISITED = 7
export const COUNTED = 8
export const DAYS = 9

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAY_BEGINS_MS = 9 * HOUR_MS
/** From the beginning of a day. */
const NIGHT_BEGINS_MS = 11 * HOUR_MS
const NIGHT_MS = DAY_MS - NIGHT_BEGINS_MS
/** Local choices: who sleeps there is seen for an hour and a half at the ends of the night, even where sleepers are not seen. */
const THERE_AT_LEAST_MS = 90 * MINUTE_MS
const KNOWN_AT_LEAST_MS = 0.6 * NIGHT_MS
/** Away for so long is gone; a visit is longer than an errand and shorter than an afternoon. */
const GONE_MS = 30 * MINUTE_MS
const SHORTEST_VISIT_MS = 15 * MINUTE_MS
const LONGEST_VISIT_MS = 5 * HOUR_MS

/** Takes one sample in. True when at least one day has ended with it. */
export function notePresence(memory: Memory, atMs: number, isThere: boolean, options: DayOptions): boolean {
  const local = atMs + options.offsetMs - DAY_BEGINS_MS
  const day = Math.floor(local / DAY_MS)
  if (memory.length === 0) memory.push(day, local, 0, 0, 0, 0, 0, 0, 0)
  const before = memory[DAY]!
  const knownUntil = Math.min(local, memory[LAST_MS]! + options.holdMs)
  if (day - before > options.days) {
    memory.length = DAYS
    memory.splice(0, DAYS, day, local, 0, 0, 0, 0, 0, 0, 0)
  } else {
    passKnown(memory, knownUntil, options.days)
    while (memory[DAY]! < day) endDay(memory, options.days)
  }
  if (knownUntil < local) memory[BLOCK_FROM_MS] = 0
  memory[LAST_MS] = local
  memory[IS_THERE] = isThere ? 1 : 0
  return day > before
}

/** Adds the time from the last sample on, day by day. */
function passKnown(memory: Memory, untilMs: number, days: number): void {
  let fromMs = memory[LAST_MS]!
  while (fromMs < untilMs) {
    const dayEndMs = (memory[DAY]! + 1) * DAY_MS
    const toMs = Math.min(untilMs, dayEndMs)
    addSegment(memory, fromMs, toMs)
    if (toMs === dayEndMs) endDay(memory, days)
    fromMs = toMs
  }
}

function addSegment(memory: Memory, fromMs: number, toMs: number): void {
  const nightMs = Math.max(0, toMs - Math.max(fromMs, memory[DAY]! * DAY_MS + NIGHT_BEGINS_MS))
  memory[KNOWN_MS] = memory[KNOWN_MS]! + nightMs
  if (memory[IS_THERE] === 0) {
    noteAbsence(memory, toMs)
    return
  }
  memory[THERE_MS] = memory[THERE_MS]! + nightMs
  if (memory[BLOCK_FROM_MS] === 0) memory[BLOCK_FROM_MS] = fromMs
  memory[BLOCK_TO_MS] = toMs
}

/** Gone for long enough: the time before was a visit, if it lay in the daytime. */
function noteAbsence(memory: Memory, untilMs: number): void {
  const fromMs = memory[BLOCK_FROM_MS]!
  const toMs = memory[BLOCK_TO_MS]!
  if (fromMs === 0 || untilMs - toMs < GONE_MS) return
  const dayMs = memory[DAY]! * DAY_MS
  const isByDay = fromMs > dayMs && toMs <= dayMs + NIGHT_BEGINS_MS
  const lastedMs = toMs - fromMs
  if (isByDay && lastedMs >= SHORTEST_VISIT_MS && lastedMs <= LONGEST_VISIT_MS) memory[IS_VISITED] = 1
  memory[BLOCK_FROM_MS] = 0
}

function endDay(memory: Memory, days: number): void {
  const night =
    memory[KNOWN_MS]! < KNOWN_AT_LEAST_MS ? UNKNOWN : memory[THERE_MS]! >= THERE_AT_LEAST_MS ? OCCUPIED : VACANT
  memory.push(night + (memory[IS_VISITED] === 1 ? VISITED : 0))
  if (memory.length > DAYS + days) memory.splice(DAYS, memory.length - DAYS - days)
  memory[DAY] = memory[DAY]! + 1
  memory[KNOWN_MS] = 0
  memory[THERE_MS] = 0
  memory[IS_VISITED] = 0
}
