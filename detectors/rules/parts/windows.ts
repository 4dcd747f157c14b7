import type { Memory, SampleJudge } from '../rule.ts'
import { type Aggregate, aggregateOf, countOf, type Entries, mergeSample, pushSample, WIDTH } from './aggregates.ts'

/** The part of a judge that gathers samples into windows and makes one number of each. */
export type WindowPart = Required<Pick<SampleJudge, 'remember' | 'measure' | 'changesMs' | 'elapse'>>

export interface WindowOptions {
  aggregate: Aggregate
  /** The share for `quantile`. */
  q: number
  /** Fewer samples than this say nothing. */
  atLeast: number
  /**
   * True where fewer samples could look like trouble: `count` and `sum` then speak of windows only that were seen whole.
   */
  needsWhole: boolean
}

/** Samples of the same such part of a window share one entry and leave together, with the newest: the bound of memory. */
export const WINDOW_PARTS = 1024

/** Everything of a window's memory before its entries. */
const HEAD = 1

/**
 * The samples of the last `windowMs` up to and including now. The number changes with each sample that comes, and a
 * millisecond after one has become too old, so that a sample which comes at that very moment takes its place.
 *
 * Memory is `[since when samples are known, ...entries]`.
 */
export function slidingWindow(windowMs: number, options: WindowOptions): WindowPart {
  const partMs = windowMs / WINDOW_PARTS
  const isWhole = (memory: Memory, atMs: number) => atMs - memory[0]! >= windowMs
  return {
    remember(memory, atMs, value) {
      if (memory.length === 0) memory.push(atMs)
      leave(memory, atMs - windowMs)
      addSample(memory, partMs, options.aggregate, atMs, value)
      return memory
    },
    measure: (memory, atMs) => numberOf(memory, HEAD, options, isWhole(memory, atMs)),
    changesMs: (memory) => (memory.length > HEAD ? memory[HEAD]! + windowMs + 1 : Number.POSITIVE_INFINITY),
    elapse(memory, atMs) {
      leave(memory, atMs - windowMs - 1)
      return numberOf(memory, HEAD, options, isWhole(memory, atMs))
    },
  }
}

/** Before the first sample of the whole life of a window that was idle. */
const IDLE = -1

/**
 * Windows of `windowMs` one after the other, judged at their ends; a sample at an end belongs to the next one. They begin
 * at whole multiples of their length since 1970-01-01 00:00 UTC plus `offsetMs`. Of `count` and `sum` an empty window is
 * judged too, as 0.
 *
 * Memory is `[end of the window or -1 while idle, whether the window is seen whole (1 or 0), ...entries]`.
 */
export function tumblingWindow(windowMs: number, offsetMs: number, options: WindowOptions): WindowPart {
  const { aggregate } = options
  const partMs = aggregate === 'quantile' ? windowMs / WINDOW_PARTS : Number.POSITIVE_INFINITY
  const speaksOfNothing = aggregate === 'count' || aggregate === 'sum'
  const from = HEAD + 1
  return {
    remember(memory, atMs, value) {
      const startMs = Math.floor((atMs - offsetMs) / windowMs) * windowMs + offsetMs
      if (memory.length === 0) memory.push(startMs + windowMs, startMs === atMs ? 1 : 0)
      else if (memory[0] === IDLE) memory[0] = startMs + windowMs
      addSample(memory, partMs, aggregate, atMs, value, from)
      return memory
    },
    measure: () => undefined,
    changesMs: ([endMs = IDLE]) => (endMs === IDLE ? Number.POSITIVE_INFINITY : endMs),
    elapse(memory, atMs) {
      const measured = numberOf(memory, from, options, memory[1] === 1)
      const isToBeFollowed = speaksOfNothing && memory.length > from
      memory.splice(0, memory.length, isToBeFollowed ? atMs + windowMs : IDLE, 1)
      return measured
    },
  }
}

/**
 * Samples in a row, each less than `gapMs` after the one before. A session is judged when the gap after it has passed,
 * or when it is `atMostMs` long.
 *
 * Memory is `[start, ...entries]`, or empty between sessions.
 */
export function sessionWindow(gapMs: number, atMostMs: number, options: WindowOptions): WindowPart {
  const partMs = options.aggregate === 'quantile' ? atMostMs / WINDOW_PARTS : Number.POSITIVE_INFINITY
  return {
    remember(memory, atMs, value) {
      if (memory.length === 0) memory.push(atMs)
      addSample(memory, partMs, options.aggregate, atMs, value)
      return memory
    },
    measure: () => undefined,
    changesMs(memory) {
      if (memory.length === 0) return Number.POSITIVE_INFINITY
      return Math.min(memory[memory.length - WIDTH]! + gapMs, memory[0]! + atMostMs)
    },
    elapse(memory) {
      const measured = numberOf(memory, HEAD, options, true)
      memory.length = 0
      return measured
    },
  }
}

function numberOf(memory: Memory, from: number, options: WindowOptions, isWhole: boolean): number | undefined {
  const { aggregate, q, atLeast, needsWhole } = options
  if (needsWhole && !isWhole) return undefined
  return countOf(memory, from) < atLeast ? undefined : aggregateOf(memory, from, aggregate, q)
}

function addSample(
  entries: Entries,
  partMs: number,
  aggregate: Aggregate,
  atMs: number,
  value: number,
  from = HEAD,
): void {
  const last = entries.length - WIDTH
  const isShared = last >= from && Math.floor(entries[last]! / partMs) === Math.floor(atMs / partMs)
  if (isShared) mergeSample(entries, last, aggregate, atMs, value)
  else pushSample(entries, aggregate, atMs, value)
}

/** Drops the entries that are not newer than `untilMs`. */
function leave(entries: Entries, untilMs: number): void {
  let from = HEAD
  while (from < entries.length && entries[from]! <= untilMs) from += WIDTH
  if (from > HEAD) entries.splice(HEAD, from - HEAD)
}
