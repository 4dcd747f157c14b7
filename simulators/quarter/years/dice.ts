import { randomAt } from '../../random.ts'

/** A sequence of draws that the same seed and keys always begin anew: for what is drawn in one known order. */
export interface Dice {
  /** 0…1, exclusive. */
  next(): number
  between(least: number, most: number): number
  chance(share: number): boolean
  /** Standard normal, within ±3.47 (sum of four uniforms). */
  gauss(): number
  /** Log-normal about its median; `sigma` is that of the natural logarithm. */
  spread(median: number, sigma: number): number
  oneOf<T>(all: readonly T[]): T
  /** By weights, in the order of the keys. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T
  /** How often something came that comes `mean` times on average (Poisson; normal from 30 on). */
  count(mean: number): number
}

export function createDice(seed: number, ...keys: (string | number)[]): Dice {
  let state = Math.floor(randomAt(seed, ...keys) * 4_294_967_296)

  /** Mulberry32 (Tommy Ettinger, public domain): one 32-bit state, integer operations only. */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  const gauss = () => (next() + next() + next() + next() - 2) * Math.sqrt(3)
  return {
    next,
    gauss,
    between: (least, most) => least + (most - least) * next(),
    chance: (share) => next() < share,
    spread: (median, sigma) => median * Math.exp(sigma * gauss()),
    oneOf: (all) => all[Math.floor(next() * all.length)]!,
    weighted(weights) {
      const all = Object.entries(weights) as [keyof typeof weights, number][]
      let left = next() * all.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of all) {
        left -= weight
        if (left < 0) return name
      }
      return all[0]![0]
    },
    count(mean) {
      if (mean <= 0) return 0
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss()))
      const least = Math.exp(-mean)
      let [product, times] = [next(), 0]
      while (product > least) {
        product *= next()
        times++
      }
      return times
    },
  }
}
