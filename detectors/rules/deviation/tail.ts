import type { Memory } from '../rule.ts'

/** The largest values kept of each generation. */
const KEPT = 40
/** Values after which a new generation begins; the one before the last is forgotten. */
const GENERATION = 5_000
/** Values before a tail is believed. */
const BELIEVED = 100
/** Shape of the generalised Pareto tail: 0 falls off exponentially, 0.2 is a little heavier, as most real series are. */
const SHAPE = 0.2

/** One generation: how many values it has seen, how many are kept, and these, largest first. */
const GENERATION_LENGTH = 2 + KEPT
/** Numbers that a tail takes in memory. */
export const TAIL_LENGTH = 2 * GENERATION_LENGTH

/**
 * How rare it is, among the 5,000 to 10,000 values remembered, to see one as large as this: the power of ten, 3 being
 * once in a thousand. 0 for all that is not among the 40 largest. Beyond those the tail is continued by a generalised
 * Pareto distribution through them (Pickands 1975; as a stream detector: Siffer et al., KDD 2017), its scale from the
 * mean excess, its shape fixed.
 */
export function rarityOf(memory: Memory, at: number, value: number): number {
  const seen = memory[at]! + memory[at + GENERATION_LENGTH]!
  if (seen < BELIEVED || isBelow(memory, at, value) || isBelow(memory, at + GENERATION_LENGTH, value)) return 0
  let young = at + 2
  let old = young + GENERATION_LENGTH
  const youngEnd = young + memory[at + 1]!
  const oldEnd = old + memory[at + GENERATION_LENGTH + 1]!
  let sum = 0
  let smallest = 0
  for (let i = 0; i < KEPT; i++) {
    smallest = old >= oldEnd || (young < youngEnd && memory[young]! >= memory[old]!) ? memory[young++]! : memory[old++]!
    sum += smallest
  }
  if (value <= smallest) return 0
  const meanExcess = sum / KEPT - smallest
  const scale = meanExcess > 0 ? meanExcess * (1 - SHAPE) : Math.abs(smallest) * 0.01 + Number.EPSILON
  return Math.log10(seen / KEPT) + Math.log1p((SHAPE * (value - smallest)) / scale) / (SHAPE * Math.LN10)
}

function isBelow(memory: Memory, at: number, value: number): boolean {
  return memory[at + 1] === KEPT && value <= memory[at + 1 + KEPT]!
}

/** Takes one more value into the tail at `at`. */
export function noteInTail(memory: Memory, at: number, value: number): void {
  if (memory[at]! >= GENERATION) {
    memory.copyWithin(at + GENERATION_LENGTH, at, at + GENERATION_LENGTH)
    memory[at] = 0
    memory[at + 1] = 0
  }
  memory[at] = memory[at]! + 1
  const kept = memory[at + 1]!
  if (kept === KEPT && value <= memory[at + 1 + KEPT]!) return
  const first = at + 2
  let place = first + Math.min(kept, KEPT - 1)
  while (place > first && memory[place - 1]! < value) {
    memory[place] = memory[place - 1]!
    place--
  }
  memory[place] = value
  memory[at + 1] = Math.min(kept + 1, KEPT)
}
