/** ms since the epoch as ISO 8601 in UTC; times beyond what that can say are held at the nearest one. */
export function toIso(atMs: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, atMs))).toISOString()
}
