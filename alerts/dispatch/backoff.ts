/** ms to wait before the next attempt: doubling from 250 ms to 15 s, and anything between half and all of it. */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(15_000, 250 * 2 ** Math.min(failures, 10))
  return full * (0.5 + random() / 2)
}
