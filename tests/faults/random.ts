import { createHash } from 'node:crypto'

/** Choices that a seed and a name repeat. Everybody in a run has his own, so that one more of them changes nobody else's. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number
  /** Any number from `from` to below `to`. */
  between(from: number, to: number): number
  /** True with this probability. */
  happens(probability: number): boolean
  pick<T>(of: readonly T[]): T
}

/** mulberry32 (public domain, T. Ettinger), seeded with a digest of both. */
export function createRandom(seed: number, name: string): Random {
  let state = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE(0)
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    happens: (probability) => next() < probability,
    pick: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
  }
}
