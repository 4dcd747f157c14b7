const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 30_000

/** 1 s, doubled up to 30 s, spread by `chance` (0…1) so that a wall of browsers does not return at one moment. */
export function retryDelayMs(attempt: number, chance: number): number {
  const fullMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1))
  return fullMs * (0.75 + 0.5 * chance)
}
