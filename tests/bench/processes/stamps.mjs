// A moment as a number of seven figures, for messages that have room for nothing more: tens of microseconds of a clock
// that all processes of a machine share. It begins anew every minute and a half, so nothing slower can be measured.
const FIRST = 1_000_000
const ROUND = 9_000_000
const TICKS_PER_MS = 100

const nowTicks = () => process.hrtime.bigint() / 10_000n

/** Gives each alert the moment at which it is sent, never the same twice in a row. */
export function createStamps() {
  let last = 0n
  return () => {
    const now = nowTicks()
    last = now > last ? now : last + 1n
    return FIRST + Number(last % BigInt(ROUND))
  }
}

export const isStamp = (value) => value >= FIRST

/** Milliseconds since then. */
export function sinceStampMs(stamp) {
  const now = Number(nowTicks() % BigInt(ROUND))
  return ((now - (stamp - FIRST) + ROUND) % ROUND) / TICKS_PER_MS
}
