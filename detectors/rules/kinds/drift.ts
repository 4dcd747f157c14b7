import Type from 'typebox'
import { scoreLimitObjections, toScoreBands } from '../deviation/score-limits.ts'
import { learnSpread, meanAt, SPREAD_LENGTH, varianceAt } from '../deviation/spread.ts'
import { type Band, createBands, type Hysteresis } from '../parts/bands.ts'
import { parseDuration } from '../parts/duration.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import {
  bySeverity,
  DURATION_TEXT,
  HYSTERESIS,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
  UNIT,
} from '../rule-schema.ts'

const POSITIVE = Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' })

const SCHEMA = ruleSchema('drift', {
  where: WHERE_METRIC,
  direction: Type.Optional(Type.Enum(['rising', 'falling', 'both'], { description: 'one of rising, falling, both' })),
  every: Type.Optional(DURATION_TEXT),
  tolerance: Type.Optional(POSITIVE),
  warmUp: Type.Optional(DURATION_TEXT),
  above: Type.Optional(POSITIVE),
  severities: Type.Optional(bySeverity(POSITIVE)),
  severity: Type.Optional(SEVERITY),
  unit: UNIT,
  hysteresis: HYSTERESIS,
  ...PATIENCE,
})

/** The threshold and the least number of values are those of river's `PageHinkley`. */
const USUAL_LIMIT = 50
const SPEAKS_FROM = 30
const TOLERANCE = 0.5
const WARM_UP = '1d'
/** Values over which the reference is learnt and forgotten. */
const LONG_RUN = 20_000
/** One value adds no more than this many standard deviations: a spike is no drift. */
const FURTHEST = 3
/** The sums stop at this times the worst limit, so that they come back in bounded time. */
const ROOM = 1.5
/** Larger values are taken for this, so that squares stay finite. */
const LARGEST = 1e100

/** Places in memory. */
const SINCE = 0
const PART = 1
const PART_SUM = 2
const PART_COUNT = 3
const VALUE = 4
const COUNT = 5
const RISEN = 6
const FALLEN = 7
const AT = 8
const SPREAD = 9
const LENGTH = SPREAD + SPREAD_LENGTH

/**
 * A value that slowly leaves where it used to be: a sensor that ages, a tank that leaks.
 *
 * The test of Page and Hinkley to both sides: each value's distance from the mean of all before it, in their standard
 * deviations and less `tolerance` (0.5), is added to a sum that never falls below 0; it fires when a sum is over `above`
 * (50 unless said), or `severities` give several. A lasting shift by one deviation is thus found after 100 values, one
 * by two after 34. A single value adds no more than 3 deviations: a spike is no drift.
 *
 * `every` judges means over that time instead of single samples: with `1d` a daily cycle is no drift. `direction` is
 * `rising`, `falling` or `both` (the default). Nothing is said for `warmUp` (1d) and before 30 values. It is over when
 * the sum is down to half its limit, or by `hysteresis`, in units of the sum; `unit`, `onDelay`, `offDelay` and `repeat`
 * are those of `threshold`. The mean follows over 20,000 values, so that what stays becomes usual at last.
 *
 * ```yaml
 * kind: drift
 * where: { type: pressure-gauge, metric: pressure_bar }
 * every: 1d
 * direction: falling
 * above: 10
 * severity: warning
 * ```
 *
 * Reason code: `drifted`; the limit is the end of the tolerated range on the value's side, with `params` {expected, low,
 * high, score (the sum), above}. While it says nothing yet, an explanation has `learning` with `params` {samples, forS}.
 *
 * Source: Page, Continuous Inspection Schemes, Biometrika 1954; least number of values and limit as in river's `PageHinkley`.
 */
export const drift = defineKind({
  schema: SCHEMA,
  objections: (spec) => [...scoreLimitObjections(spec, USUAL_LIMIT), ...patienceObjections(spec)],
  toJudge(spec) {
    const { direction = 'both', tolerance = TOLERANCE } = spec
    const bands = toScoreBands(spec, USUAL_LIMIT)
    const { severities, levelOf, limitOf } = createBands('outside', bands, spec.hysteresis ?? halves(bands))
    const everyMs = parseDuration(spec.every)
    const warmUpMs = parseDuration(spec.warmUp ?? WARM_UP)
    const most = bands[bands.length - 1]!.high * ROOM
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities,
      ...toPatience(spec),
      remember: (memory, atMs, value) => rememberSample(memory, atMs, value, { everyMs, tolerance, most }),
      measure(memory) {
        if (isLearning(memory, warmUpMs)) return undefined
        if (direction === 'rising') return memory[RISEN]!
        return direction === 'falling' ? memory[FALLEN]! : Math.max(memory[RISEN]!, memory[FALLEN]!)
      },
      levelOf,
      reasonOf(score, level, memory) {
        const unit = spec.unit !== undefined && { unit: spec.unit }
        if (isLearning(memory, warmUpMs))
          return { code: 'learning', value: memory[VALUE]!, ...unit, params: learntFrom(memory) }
        const expected = meanAt(memory, SPREAD)
        const tolerated = tolerance * Math.sqrt(varianceAt(memory, SPREAD))
        const low = expected - tolerated
        const high = expected + tolerated
        return {
          code: 'drifted',
          value: memory[VALUE]!,
          limit: memory[FALLEN]! > memory[RISEN]! ? low : high,
          ...unit,
          params: { expected, low, high, score, above: limitOf(score, level) },
        }
      },
    }
  },
})

function isLearning(memory: Memory, warmUpMs: number): boolean {
  return memory[COUNT]! < SPEAKS_FROM || memory[AT]! - memory[SINCE]! < warmUpMs
}

function learntFrom(memory: Memory): { samples: number; forS: number } {
  return { samples: memory[COUNT]!, forS: (memory[AT]! - memory[SINCE]!) / 1000 }
}

function halves(bands: Band[]): Hysteresis {
  return Object.fromEntries(bands.map(({ severity, high }) => [severity, high / 2]))
}

interface Sums {
  everyMs: number
  tolerance: number
  most: number
}

function rememberSample(memory: Memory, atMs: number, sample: number, sums: Sums): Memory {
  const value = Math.max(-LARGEST, Math.min(LARGEST, sample))
  if (memory.length === 0) for (let i = 0; i < LENGTH; i++) memory.push(i === SINCE ? atMs : 0)
  memory[AT] = atMs
  if (sums.everyMs === 0) {
    addValue(memory, value, sums)
    return memory
  }
  const part = Math.floor(atMs / sums.everyMs)
  if (part !== memory[PART]) {
    if (memory[PART_COUNT]! > 0) addValue(memory, memory[PART_SUM]! / memory[PART_COUNT]!, sums)
    memory[PART] = part
    memory[PART_SUM] = 0
    memory[PART_COUNT] = 0
  }
  memory[PART_SUM] = memory[PART_SUM]! + value
  memory[PART_COUNT] = memory[PART_COUNT]! + 1
  return memory
}

/** Takes one more value into both sums, then into the reference. */
function addValue(memory: Memory, value: number, { tolerance, most }: Sums): void {
  const deviation = Math.sqrt(varianceAt(memory, SPREAD))
  if (memory[COUNT]! >= SPEAKS_FROM && deviation > 0) {
    const distance = Math.max(-FURTHEST, Math.min(FURTHEST, (value - meanAt(memory, SPREAD)) / deviation))
    memory[RISEN] = Math.min(most, Math.max(0, memory[RISEN]! + distance - tolerance))
    memory[FALLEN] = Math.min(most, Math.max(0, memory[FALLEN]! - distance - tolerance))
  }
  learnSpread(memory, SPREAD, value, LONG_RUN)
  memory[VALUE] = value
  memory[COUNT] = memory[COUNT]! + 1
}
