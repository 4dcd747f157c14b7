import type { Severity } from '../../../core/severity.ts'

/** A range of values and the severity that comes with leaving it (or being in it). Open ends are infinite. */
export interface Band {
  severity: Severity
  low: number
  high: number
}

/** Levels of severity over one number, with hysteresis. Level 0 is none, level i is `bands[i - 1]`, mildest first. */
export interface Bands {
  severities: Severity[]
  /** The level of a value, given the level before: a level once reached is kept until the value is back by the hysteresis. */
  levelOf(value: number, before: number): number
  /** The limit that a value broke (or last broke) at a level of 1 or more. */
  limitOf(value: number, level: number): number
}

/**
 * Makes the levels. `outside`: a level holds while the value is below `low` or above `high`, and ends when it is back
 * inside by `hysteresis`. `inside`: the other way round, both ends belonging to the range.
 */
export function createBands(comparison: 'outside' | 'inside', bands: Band[], hysteresis: Hysteresis): Bands {
  const sign = comparison === 'outside' ? 1 : -1
  const lows = bands.map((band) => band.low)
  const highs = bands.map((band) => band.high)
  const backLows = lows.map((low, i) => plain(low + sign * hysteresisOf(hysteresis, bands[i]!.severity)))
  const backHighs = highs.map((high, i) => plain(high - sign * hysteresisOf(hysteresis, bands[i]!.severity)))
  const outside = comparison === 'outside'

  return {
    severities: bands.map((band) => band.severity),
    levelOf(value, before) {
      for (let i = bands.length - 1; i >= 0; i--) {
        const kept = i < before
        const low = kept ? backLows[i]! : lows[i]!
        const high = kept ? backHighs[i]! : highs[i]!
        if ((value < low || value > high) === outside) return i + 1
      }
      return 0
    },
    limitOf(value, level) {
      const low = lows[level - 1]!
      const high = highs[level - 1]!
      if (value >= high || !Number.isFinite(low)) return high
      if (value <= low || !Number.isFinite(high)) return low
      return Math.abs(value - low) < Math.abs(value - high) ? low : high
    },
  }
}

/** How far back a value must come before a level ends: one distance for all, or one per severity (0 where none is given). */
export type Hysteresis = number | Partial<Record<Severity, number>>

export function hysteresisOf(hysteresis: Hysteresis, severity: Severity): number {
  return typeof hysteresis === 'number' ? hysteresis : (hysteresis[severity] ?? 0)
}

/** 0.3 - 0.1 is 0.19999999999999998 in binary; a rule that says 0.2 means 0.2. */
function plain(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value
}
