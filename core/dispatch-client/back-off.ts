/** How long to wait before trying again. */
export interface BackOff {
  /** After the first failure, ms; it doubles with each. */
  firstMs: number
  longestMs: number
}

/** Anything between half and all of it, so that many who were cut off at once do not return at once. `failures` from 1. */
export function backOffMs({ firstMs, longestMs }: BackOff, failures: number, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return full * (0.5 + random() / 2)
}
