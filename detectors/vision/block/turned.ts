import type { Fit } from './pair.ts'

/** What one pair says: indices of its photos and its fits, best first. */
export interface PairFits {
  a: number
  b: number
  fits: readonly Fit[]
}

/** A fit counts when its peak stands out from noise, which reaches 8.5 once in a thousand pairs… */
const LEAST_PEAK = 8.5
/** …and from the next best assumption. */
const LEAST_MARGIN = 1.2
const GREATEST_PEAK = 20
/** What the tags alone weigh: less than any fit that counts, so that pictures overrule them. */
const TAG_WEIGHT = 0.5

/** True for a pair that tells which of its photos are turned. */
export function isClear(fits: readonly Fit[]): boolean {
  const [best, next] = fits
  if (!best || best.peak < LEAST_PEAK) return false
  return next === undefined || best.peak >= LEAST_MARGIN * next.peak
}

/**
 * Which photos are stored upside down. Every clear pair speaks for both of its photos, since it tells where the ground
 * between them lies; the tags where pairs say nothing.
 */
export function turnedPhotos(tags: readonly boolean[], pairs: readonly PairFits[]): boolean[] {
  const votes = tags.map((tag) => (tag ? TAG_WEIGHT : -TAG_WEIGHT))
  for (const { a, b, fits } of pairs) {
    const [best] = fits
    if (!best || !isClear(fits)) continue
    const weight = Math.min(GREATEST_PEAK, best.peak)
    votes[a]! += best.aTurned ? weight : -weight
    votes[b]! += best.bTurned ? weight : -weight
  }
  return votes.map((vote) => vote > 0)
}
