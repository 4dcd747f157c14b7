import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { AGGREGATES } from '../parts/aggregates.ts'
import { parseDuration } from '../parts/duration.ts'
import { LIMITS, limitObjections, toLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { toOffsetMs, UTC_OFFSET } from '../parts/utc-offset.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import { sessionWindow, slidingWindow, tumblingWindow, type WindowOptions, type WindowPart } from '../parts/windows.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const SCHEMA = ruleSchema('window', {
  where: WHERE_METRIC,
  aggregate: Type.Enum([...AGGREGATES], { description: `one of ${AGGREGATES.join(', ')}` }),
  q: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' })),
  sliding: Type.Optional(DURATION_TEXT),
  tumbling: Type.Optional(DURATION_TEXT),
  session: Type.Optional(DURATION_TEXT),
  atMost: Type.Optional(DURATION_TEXT),
  utcOffset: Type.Optional(UTC_OFFSET),
  atLeast: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'a whole number of 1 or more' })),
  ...LIMITS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>
const SHAPES = ['sliding', 'tumbling', 'session'] as const
type Shape = (typeof SHAPES)[number]

/**
 * One number made of many samples.
 *
 * `aggregate` is `count` (samples), `sum`, `mean`, `min`, `max`, `range` (max minus min), `stddev` (of a sample, n - 1)
 * or `quantile` with its share `q` (0.95 is the value that 95 % do not exceed, interpolated between the two nearest).
 *
 * `sliding: 10m` is over the ten minutes up to now: judged at each sample and again when one has become too old, which
 * time alone decides. `tumbling: 1h` is over one hour after the other, judged at its end; windows begin at whole
 * multiples of their length since 1970-01-01 00:00 UTC, so hours begin on the hour and days at midnight UTC, or at
 * midnight where `utcOffset` is the clock's distance ("+08:00"). `session: 5m` is over samples that follow each other in
 * less than five minutes, judged when that gap has passed or after `atMost` (1d unless said). All of it in device time.
 *
 * Fewer than `atLeast` samples (1 unless said; 0 for `count` and `sum`; two are the least for `stddev`) say nothing: what was
 * said stays. An empty window is 0 for `count` and `sum`. As few samples look like trouble where those two may be too
 * low, limits other than `above` are judged only over windows that were seen from their beginning.
 *
 * Limits, `unit`, `hysteresis`, `onDelay` and `offDelay` are those of `threshold`; `repeat` goes with `sliding` only.
 *
 * Samples that fall into the same 1024th part of a sliding window leave together, with the newest of them: what comes
 * more often than that is counted in full and up to 0.1 % of the window too long. Of such samples `quantile` takes the
 * first, over windows of every sort. Nothing else is rounded, and no running sum can drift.
 *
 * ```yaml
 * kind: window
 * where: { type: vibration-sensor, metric: ppv_mm_s }
 * aggregate: quantile
 * q: 0.95
 * sliding: 10m
 * atLeast: 30
 * severities: { warning: 1, minor: 2 }
 * unit: mm/s
 * hysteresis: 0.1
 * ```
 *
 * Reason codes: those of `threshold`; `params` add {aggregate, window: its sort, windowS: its length, the gap of a
 * session} and `q`.
 *
 * Source: the window sorts are those of Akidau et al., The Dataflow Model, VLDB 2015 (fixed windows are called tumbling).
 */
export const window = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const limits = toLimits(spec)
    const { aggregate, q } = spec
    const shape = SHAPES.find((key) => spec[key] !== undefined) ?? 'sliding'
    const params = {
      aggregate,
      window: shape,
      windowS: parseDuration(spec[shape]) / 1000,
      ...(q !== undefined && { q }),
    }
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities: limits.severities,
      ...toPatience(spec),
      ...toWindow(spec, shape),
      levelOf: limits.levelOf,
      reasonOf(measured, level) {
        const reason = limits.reasonOf(measured, level)
        return { ...reason, params: { ...reason.params, ...params } }
      },
    }
  },
})

function toWindow(spec: Spec, shape: Shape): WindowPart {
  const { aggregate, q = 0.5 } = spec
  const isTotal = aggregate === 'count' || aggregate === 'sum'
  const options: WindowOptions = {
    aggregate,
    q,
    atLeast: spec.atLeast ?? (isTotal ? 0 : 1),
    needsWhole: isTotal && toLimits(spec).comparison !== 'above',
  }
  const lengthMs = parseDuration(spec[shape])
  switch (shape) {
    case 'sliding':
      return slidingWindow(lengthMs, options)
    case 'tumbling':
      return tumblingWindow(lengthMs, -toOffsetMs(spec.utcOffset), options)
    case 'session':
      return sessionWindow(lengthMs, parseDuration(spec.atMost ?? '1d'), options)
  }
}

function objections(spec: Spec): Objection[] {
  return [...windowObjections(spec), ...limitObjections(spec), ...patienceObjections(spec)]
}

function windowObjections(spec: Spec): Objection[] {
  const given = SHAPES.filter((key) => spec[key] !== undefined)
  const [shape] = given
  if (shape === undefined) return [{ path: [], message: 'a window is missing: one of sliding, tumbling or session' }]
  const found = given.slice(1).map((key) => ({ path: [key], message: `${key} cannot stand beside ${shape}` }))
  const object = (key: string, message: string) => found.push({ path: [key as Shape], message })
  if (parseDuration(spec[shape]) === 0) object(shape, `${shape} must be longer than nothing`)
  if (spec.aggregate === 'quantile' && spec.q === undefined) object('aggregate', 'quantile needs q, its share')
  if (spec.aggregate !== 'quantile' && spec.q !== undefined) object('q', 'q goes with quantile')
  if (spec.atMost !== undefined && shape !== 'session') object('atMost', 'atMost goes with session')
  if (shape === 'session' && parseDuration(spec.atMost ?? '1d') < parseDuration(spec.session))
    object('session', 'session must not be longer than atMost, which is 1d unless said')
  if (spec.utcOffset !== undefined && shape !== 'tumbling') object('utcOffset', 'utcOffset goes with tumbling')
  if (spec.repeat !== undefined && shape !== 'sliding')
    object('repeat', `repeat counts samples, of which a ${shape} window is not judged; use onDelay`)
  return found
}
