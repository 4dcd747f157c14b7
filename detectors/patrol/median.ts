/** Numbers kept for a median; of more, the first ones count. */
const MAX_KEPT = 64

/** The list with one more number, in rising order. */
export function withNumber(sorted: number[], value: number): number[] {
  if (sorted.length >= MAX_KEPT) return sorted
  const at = sorted.findLastIndex((other) => other <= value) + 1
  return sorted.toSpliced(at, 0, value)
}

/** Middle of a sorted list that is not empty. */
export function medianOf(sorted: number[]): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
