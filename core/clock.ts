/** Time as a value: decisions are given it, only `app` and the edges ask for it. */
export interface Clock {
  /** ms since the epoch. */
  nowMs(): number
}
export const systemClock: Clock = { nowMs: () => Date.now() }
