const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** A span as test files write one, in the largest unit that names it whole: `90s`, `2h`, `0s`. */
export function showOffset(ms: number): string {
  if (ms === 0) return '0s'
  for (const [unit, size] of UNITS) if (ms % size === 0) return `${ms / size}${unit}`
  return `${ms}ms`
}
