/**
 * Shares of a whole number by weight that add up to it exactly: largest remainders first (Hare and Niemeyer), of equal ones the earlier.
 * Weights are at least 0, and not all 0.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const exact = weights.map((weight) => (total * weight) / sum)
  const shares = exact.map(Math.floor)
  const left = total - shares.reduce((all, share) => all + share, 0)
  const byRemainder = exact.map((value, i) => ({ i, remainder: value - shares[i]! }))
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  for (const { i } of byRemainder.slice(0, left)) shares[i]!++
  return shares
}
