/** Two sounds heard together, dB: their energies add. */
export function addDb(one: number, other: number): number {
  return 10 * Math.log10(10 ** (one / 10) + 10 ** (other / 10))
}
