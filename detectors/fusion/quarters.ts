/** The 96 quarters of an hour of one day as three words of 32 bits; replaced, never altered. */
export type Quarters = readonly [number, number, number]

export const NO_QUARTERS: Quarters = [0, 0, 0]
export const QUARTER_MS = 900_000
const MAX_QUARTER = 95

/** Of the day that begins at `startMs`; the 25th hour of a day of changed clocks counts to the 24th. */
export function quarterOf(atMs: number, startMs: number): number {
  return Math.min(MAX_QUARTER, Math.floor((atMs - startMs) / QUARTER_MS))
}

export function hasQuarter(quarters: Quarters, quarter: number): boolean {
  return ((quarters[(quarter >> 5) as 0]! >>> (quarter & 31)) & 1) === 1
}

export function withQuarter(quarters: Quarters, quarter: number): Quarters {
  const next: [number, number, number] = [...quarters]
  next[(quarter >> 5) as 0]! |= 1 << (quarter & 31)
  return next
}

/** Full hours from `from` to before `to`, over midnight where `to` is not after it. */
export function quartersBetween(from: number, to: number): Quarters {
  let all = NO_QUARTERS
  for (let hour = 0; hour < 24; hour++) {
    const isIn = from < to ? hour >= from && hour < to : hour >= from || hour < to
    for (let i = 0; isIn && i < 4; i++) all = withQuarter(all, hour * 4 + i)
  }
  return all
}

export function both(a: Quarters, b: Quarters): Quarters {
  return [a[0] & b[0], a[1] & b[1], a[2] & b[2]]
}

export function either(a: Quarters, b: Quarters): Quarters {
  return [a[0] | b[0], a[1] | b[1], a[2] | b[2]]
}

export function without(a: Quarters, b: Quarters): Quarters {
  return [a[0] & ~b[0], a[1] & ~b[1], a[2] & ~b[2]]
}

/** With the quarter before and the one after each, within the day. */
export function widened([a, b, c]: Quarters): Quarters {
  return [
    a | (a << 1) | (a >>> 1) | (b << 31),
    b | (b << 1) | (b >>> 1) | (a >>> 31) | (c << 31),
    c | (c << 1) | (c >>> 1) | (b >>> 31),
  ]
}

export function countOf(quarters: Quarters): number {
  return bitsOf(quarters[0]) + bitsOf(quarters[1]) + bitsOf(quarters[2])
}

/** In how many full hours there is at least one. */
export function hoursOf(quarters: Quarters): number {
  let hours = 0
  for (const word of quarters) for (let shift = 0; shift < 32; shift += 4) if (((word >>> shift) & 15) !== 0) hours++
  return hours
}

export function firstOf(quarters: Quarters): number {
  for (let quarter = 0; quarter <= MAX_QUARTER; quarter++) if (hasQuarter(quarters, quarter)) return quarter
  return 0
}

export function lastOf(quarters: Quarters): number {
  for (let quarter = MAX_QUARTER; quarter >= 0; quarter--) if (hasQuarter(quarters, quarter)) return quarter
  return 0
}

function bitsOf(word: number): number {
  let left = word
  let bits = 0
  for (; left !== 0; left &= left - 1) bits++
  return bits
}
