import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { type Band, createBands } from '../parts/bands.ts'
import { parseDuration } from '../parts/duration.ts'
import { toUpperLimits, upperLimitObjections, upperLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const LIMIT = Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' })

const SCHEMA = ruleSchema('rate', {
  where: WHERE_METRIC,
  direction: Type.Optional(Type.Enum(['rising', 'falling', 'both'], { description: 'one of rising, falling, both' })),
  per: DURATION_TEXT,
  window: DURATION_TEXT,
  ...upperLimits(LIMIT),
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/** Samples closer together than this part of the window are not kept, which bounds the memory to about twice as many. */
const WINDOW_PARTS = 64

/**
 * A value that changes too fast.
 *
 * The rate is the value's change since the newest sample that is at least one `window` old, divided by the time
 * between and given per `per`: `above: 8.3`, `per: 1m`, `window: 3m` is more than 8.3 a minute over three minutes.
 * `direction` is `rising`, `falling` or `both` (the default). It says nothing before a whole window has been seen and
 * after a gap of more than two windows; a device must therefore report at least once per window.
 *
 * `severities` (they rise), `severity`, `unit`, `hysteresis` (in units of the rate), `onDelay`, `offDelay` and `repeat` work
 * as for `threshold`.
 *
 * ```yaml
 * kind: rate
 * where: { type: thermometer, metric: temp_c }
 * direction: rising
 * above: 8.3
 * per: 1m
 * window: 3m
 * unit: °C/min
 * severity: major
 * ```
 *
 * Reason codes: `rising` with a positive value and limit, `falling` with negative ones.
 *
 * Source: the rate-of-rise principle of heat detectors (EN 54-5), over a window so that noise is not taken for a rise.
 */
export const rate = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const bands = toBands(spec)
    const { severities, levelOf, limitOf } = createBands('outside', bands, spec.hysteresis ?? 0)
    const windowMs = parseDuration(spec.window)
    const perMs = parseDuration(spec.per)
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities,
      ...toPatience(spec),
      remember: (memory, atMs, value) => rememberSample(memory, windowMs, atMs, value),
      measure: (memory, atMs, value) => toRate(memory, windowMs, perMs, atMs, value),
      levelOf,
      reasonOf(measured, level) {
        const limit = limitOf(measured, level)
        return {
          code: limit > 0 ? 'rising' : 'falling',
          value: measured,
          limit,
          ...(spec.unit !== undefined && { unit: spec.unit }),
        }
      },
    }
  },
})

/** Memory is `[atMs, value, …]`, oldest first, the first entry being the newest that is a window old, if any is. */
function rememberSample(memory: Memory, windowMs: number, atMs: number, value: number): Memory {
  let from = 0
  while (from + 2 < memory.length && memory[from + 2]! <= atMs - windowMs) from += 2
  if (from < memory.length && memory[from]! < atMs - 2 * windowMs) from += 2
  const newestMs = memory[memory.length - 2]
  const isDense = newestMs !== undefined && from < memory.length && atMs - newestMs < windowMs / WINDOW_PARTS
  if (from > 0) memory.splice(0, from)
  if (!isDense) memory.push(atMs, value)
  return memory
}

function toRate(memory: Memory, windowMs: number, perMs: number, atMs: number, value: number): number | undefined {
  const spanMs = atMs - memory[0]!
  if (spanMs < windowMs) return undefined
  const change = value - memory[1]!
  const rate = (change / spanMs) * perMs
  return Number.isFinite(rate) ? rate : Math.sign(change) * Number.MAX_VALUE
}

function toBands(spec: Spec): Band[] {
  return toUpperLimits(spec).map(({ severity, limit }) => ({
    severity,
    low: spec.direction === 'rising' ? Number.NEGATIVE_INFINITY : -limit,
    high: spec.direction === 'falling' ? Number.POSITIVE_INFINITY : limit,
  }))
}

function objections(spec: Spec): Objection[] {
  const found: Objection[] = []
  if (parseDuration(spec.per) === 0) found.push({ path: ['per'], message: 'per must be longer than nothing' })
  if (parseDuration(spec.window) === 0) found.push({ path: ['window'], message: 'window must be longer than nothing' })
  return [...found, ...upperLimitObjections(spec), ...patienceObjections(spec)]
}
