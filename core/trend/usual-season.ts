/**
 * Half of what a metric may swing over a year by order of magnitude (masonry, from memory, unverified): how far a season may be
 * taken for a trend where nobody measures a temperature. 0 for others.
 */
const USUAL: Record<string, number> = { tilt_mm_m: 0.1, crack_mm: 0.15, settle_mm: 0.25 }

export function usualSeasonOf(metric: string): number {
  return Object.hasOwn(USUAL, metric) ? USUAL[metric]! : 0
}
