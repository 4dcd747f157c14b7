import { type AppError, ERROR_CODES } from '../../core/errors.ts'

/** How long an output is tried. */
export interface RetryPolicy {
  /** ms after the first attempt when it is given up. */
  giveUpAfterMs: number
  /** ms before the second attempt at most; doubles from there. */
  firstMs: number
  /** No wait is longer than this, unless the other side asks for it. */
  longestMs: number
}

export const RETRIES: RetryPolicy = { giveUpAfterMs: 3_600_000, firstMs: 1_000, longestMs: 60_000 }

export type AfterFailure = { again: 'later'; dueMs: number } | { again: 'never'; reason: 'refused' | 'too_long' }

/**
 * What follows an attempt that failed: exponential back-off with full jitter (anything between nothing and the whole wait), but
 * not before the time that the other side asked for. `attempts` counts the failed one.
 */
export function afterFailure(
  { error, attempts, firstTriedMs }: { error: AppError; attempts: number; firstTriedMs: number },
  policy: RetryPolicy,
  { nowMs, random }: { nowMs: number; random: number },
): AfterFailure {
  if (!ERROR_CODES[error.code].retry) return { again: 'never', reason: 'refused' }
  const endMs = firstTriedMs + policy.giveUpAfterMs
  if (nowMs >= endMs) return { again: 'never', reason: 'too_long' }
  const ceilingMs = Math.min(policy.longestMs, policy.firstMs * 2 ** Math.min(attempts - 1, 30))
  const waitMs = Math.max(random * ceilingMs, retryAfterMs(error))
  // The last attempt is made at the end of the time, not left out.
  return { again: 'later', dueMs: Math.min(nowMs + waitMs, endMs) }
}

/** What the other side asked for, 0 when nothing. */
function retryAfterMs({ details }: AppError): number {
  const { retryAfterMs: ms } = details
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.max(0, ms) : 0
}
