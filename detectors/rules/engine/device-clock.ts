/** A clock ahead of ours by more than this is not believed. Local choice: NTP keeps within seconds, a GPRS modem within one. */
export const AHEAD_MS = 60_000
/** Readings older than this on arrival come from a slow network, a backlog, or a clock that is behind. */
export const BEHIND_MS = 120_000
/** Around what is known of a wrong clock: network delay and drift between two messages. */
const SLACK_MS = 30_000
/** So many late messages, over at least so long, each as much later as time had passed: that is no backlog. */
const MESSAGES_IN_STEP = 3
const STEP_SPAN_MS = 10_000

/** What is known of the clock of one device. Flat and JSON-safe; changed in place. */
export interface DeviceClock {
  /** How far it is behind ours (negative: ahead), ms, once that is certain; null while it is believed. */
  behindMs: number | null
  /** Late messages since the first that was in step with the others, and that first one's arrival and time. */
  inStep: number
  firstArrivalMs: number
  firstNewestMs: number
}

export function trustedClock(): DeviceClock {
  return { behindMs: null, inStep: 0, firstArrivalMs: 0, firstNewestMs: 0 }
}

/**
 * Takes in the time of a message's newest sample and when it arrived; gives what is to be added to the times of its
 * samples. A wrong clock is judged by arrival and keeps the intervals within a message. Being ahead is certain at once.
 * Being behind is not: it may be a backlog, whose messages catch up, while a wrong clock stays behind by the same
 * amount (three messages in step, at least ten seconds). Until that is certain late messages keep their times.
 */
export function readClock(clock: DeviceClock, newestMs: number, arrivalMs: number): number {
  const lagMs = arrivalMs - newestMs
  if (lagMs < -AHEAD_MS) return setWrong(clock, lagMs)
  if (lagMs <= BEHIND_MS) {
    clock.behindMs = null
    clock.inStep = 0
    return 0
  }
  const { behindMs } = clock
  if (behindMs !== null && lagMs <= behindMs + SLACK_MS) return setWrong(clock, lagMs)
  return isInStep(clock, newestMs, arrivalMs) ? setWrong(clock, lagMs) : (behindMs ?? 0)
}

/** Seconds that the clock is ahead of ours (negative: behind), or null while that is not certain. */
export function aheadS(clock: DeviceClock, newestMs: number, arrivalMs: number): number | null {
  if (clock.behindMs !== null) return -clock.behindMs / 1000
  const lagMs = arrivalMs - newestMs
  return lagMs > BEHIND_MS ? null : (newestMs - arrivalMs) / 1000
}

function setWrong(clock: DeviceClock, behindMs: number): number {
  clock.behindMs = behindMs
  clock.inStep = 0
  return behindMs
}

function isInStep(clock: DeviceClock, newestMs: number, arrivalMs: number): boolean {
  const passedMs = arrivalMs - clock.firstArrivalMs
  const movedMs = newestMs - clock.firstNewestMs
  if (clock.inStep === 0 || Math.abs(movedMs - passedMs) > 2000 + passedMs / 10) {
    clock.inStep = 1
    clock.firstArrivalMs = arrivalMs
    clock.firstNewestMs = newestMs
    return false
  }
  clock.inStep++
  return clock.inStep >= MESSAGES_IN_STEP && passedMs >= STEP_SPAN_MS
}
