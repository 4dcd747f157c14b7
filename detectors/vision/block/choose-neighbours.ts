import { createPair, overlapOf } from './pair.ts'
import type { Photo } from './photo.ts'

/** As much as two pictures must share to be laid over each other. */
export const LEAST_OVERLAP = 0.15
/** What overlaps the picture itself counts more than what overlaps its neighbours. */
const SECOND_HAND = 0.5

/**
 * The other photos that help most to place the first, best first: those that overlap it, then those that overlap them.
 * Needs no pixels.
 */
export function chooseNeighbours<T extends Photo>(target: T, others: readonly T[], most: number): T[] {
  const overlap = (a: T, b: T) => {
    const share = overlapOf(createPair(a, b))
    return share >= LEAST_OVERLAP ? share : 0
  }
  const worth = new Map(others.map((other) => [other, overlap(target, other)]))
  const chosen: T[] = []
  while (chosen.length < most) {
    const [best] = [...worth].filter(([, value]) => value > 0).sort(([, x], [, y]) => y - x)
    if (!best) break
    chosen.push(best[0])
    worth.delete(best[0])
    for (const [other, value] of worth) worth.set(other, Math.max(value, SECOND_HAND * overlap(best[0], other)))
  }
  return chosen
}
