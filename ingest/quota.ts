/** What one connection may send: a token bucket of messages and one of bytes. */
export interface Quota {
  /**
   * Takes one message of `bytes` when both buckets are above zero and returns 0; else takes nothing and returns the ms
   * after which asking again makes sense. A message larger than what is left is let through and leaves a debt.
   */
  take(bytes: number, nowMs: number): number
}

export interface QuotaOptions {
  messagesPerS: number
  messagesBurst: number
  bytesPerS: number
  bytesBurst: number
}

export function createQuota(options: QuotaOptions, nowMs: number): Quota {
  const messages = createBucket(options.messagesPerS, options.messagesBurst, nowMs)
  const bytes = createBucket(options.bytesPerS, options.bytesBurst, nowMs)
  return {
    take(size, now) {
      // A message needs one whole token; bytes only need the debt to be paid.
      const waitMs = Math.max(messages.waitMs(1, now), bytes.waitMs(0, now))
      if (waitMs > 0) return waitMs
      messages.spend(1)
      bytes.spend(size)
      return 0
    },
  }
}

function createBucket(perS: number, burst: number, startMs: number) {
  let tokens = burst
  let atMs = startMs
  function refill(nowMs: number) {
    // A clock that steps back must not take tokens away.
    if (nowMs > atMs) tokens = Math.min(burst, tokens + ((nowMs - atMs) * perS) / 1000)
    atMs = nowMs
  }
  return {
    waitMs(needed: number, nowMs: number): number {
      refill(nowMs)
      if (tokens >= needed) return 0
      return Math.max(1, Math.ceil(((needed - tokens) * 1000) / perS))
    },
    spend(amount: number) {
      tokens -= amount
    },
  }
}
