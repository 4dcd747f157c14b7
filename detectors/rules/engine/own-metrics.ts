/**
 * Metrics that the engine makes itself, for rules that name them. No device can send them: names of metrics do not begin
 * with `$`, and a pattern does not mean them.
 */
export const OWN_METRICS = {
  /** Per message with readings: how many seconds the device's clock is ahead of ours (negative: behind). */
  clock: '$clock_s',
  /** Per numbered message: how many numbers were passed over since the one before; -1 when it fills such a gap. */
  missing: '$missing',
  /** 1 when a device came, 0 when it went. */
  online: '$online',
} as const

export function isOwnMetric(name: string): boolean {
  return name.startsWith('$')
}

/** More is a device that counts anew, not a message that was overtaken. */
const OVERTAKEN = 1000

/** How many message numbers are missing before this one; null when it says nothing. */
export function missingBefore(lastSeq: number | null, seq: number | null): number | null {
  if (seq === null) return null
  if (lastSeq === null || seq === lastSeq) return 0
  if (seq > lastSeq) return seq - lastSeq - 1
  return isOvertaken(lastSeq, seq) ? -1 : 0
}

/** The message was sent before the one with `lastSeq`. A device that counts anew begins at 0 or 1. */
export function isOvertaken(lastSeq: number | null, seq: number): boolean {
  return lastSeq !== null && seq > 1 && seq < lastSeq && lastSeq - seq < OVERTAKEN
}
