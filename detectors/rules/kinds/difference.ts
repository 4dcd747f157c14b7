import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { LIMITS, limitObjections, toLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { SampleContext } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const NAME = Type.String({ minLength: 1, pattern: '^[^*?]+$', description: 'one name, without wildcards' })
const REFERENCE = Type.Object(
  {
    metric: Type.Optional(NAME),
    device: Type.Optional(NAME),
    around: Type.Optional(Type.Literal('median', { description: 'median' })),
    atLeast: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' })),
  },
  { additionalProperties: false },
)

const SCHEMA = ruleSchema('difference', {
  where: WHERE_METRIC,
  to: REFERENCE,
  maxAge: DURATION_TEXT,
  relative: Type.Optional(Type.Boolean({ description: 'true or false (true: in percent of the reference)' })),
  ...LIMITS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/** With fewer neighbours a median is no better than a guess. Local choice. */
const AT_LEAST = 3

/**
 * A value that is too far from a reference.
 *
 * `to` says which: `{ metric }` another metric of the same device; `{ device }` or `{ device, metric }` the same or
 * another metric of that device; `{ around: median }` the median of the same metric (or of `metric`) of the other
 * devices at the same place, of which at least `atLeast` (3 unless said) must be known. The number judged is value minus
 * reference; `relative: true` gives it in percent of the reference's size. It is taken when a sample of `where.metric`
 * comes, with the newest reference then known, that of the same message included. A reference whose device time is more
 * than `maxAge` from the sample's is not known, nor is one of 0 with `relative`; nothing changes then.
 *
 * Limits, `unit` (% by itself with `relative`), `hysteresis`, `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: difference
 * where: { type: thermometer, metric: temp_c }
 * to: { around: median, atLeast: 3 }
 * maxAge: 15m
 * relative: false
 * outside: [-6, 6]
 * unit: °C
 * hysteresis: 1
 * onDelay: 30m
 * severity: warning
 * ```
 *
 * Reason codes: those of `threshold`; `params` add {reference: its value} and, of `toMetric`, `toDevice` and `toAround`,
 * what the rule has.
 *
 * Source: the median of neighbours is not moved by one broken sensor among three (breakdown point 50 %, Hampel 1971).
 */
export const difference = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const metrics = toMetricMatch(spec.where.metric)
    const isRelative = spec.relative === true
    const limits = toLimits(isRelative ? { unit: '%', ...spec } : spec)
    const maxAgeMs = parseDuration(spec.maxAge)
    const to = nameOf(spec.to)
    return {
      input: 'samples',
      ...metrics,
      alsoMetrics: spec.to.metric === undefined ? (metrics.metricNames ?? []) : [spec.to.metric],
      severities: limits.severities,
      ...toPatience(spec),
      remember(memory, atMs, _value, context) {
        const reference = referenceOf(spec.to, maxAgeMs, atMs, context)
        if (reference === undefined) memory.length = 0
        else memory[0] = reference
        return memory
      },
      measure: ([reference], _atMs, value) =>
        reference === undefined ? undefined : toDifference(value, reference, isRelative),
      levelOf: limits.levelOf,
      reasonOf(measured, level, [reference]) {
        const reason = limits.reasonOf(measured, level)
        return { ...reason, params: { ...reason.params, ...to, ...(reference !== undefined && { reference }) } }
      },
    }
  },
})

function toDifference(value: number, reference: number, isRelative: boolean): number | undefined {
  const difference = value - reference
  const measured = isRelative ? (difference / Math.abs(reference)) * 100 : difference
  // 0.3 - 0.1 is 0.19999999999999998 in binary.
  return Number.isFinite(measured) ? Number(measured.toPrecision(12)) : undefined
}

function referenceOf(to: Spec['to'], maxAgeMs: number, atMs: number, context: SampleContext): number | undefined {
  const metric = to.metric ?? context.metric
  const isFresh = (latest: { atMs: number }) => Math.abs(latest.atMs - atMs) <= maxAgeMs
  if (to.around === undefined) {
    const latest = context.latest(metric, to.device)
    return latest !== undefined && isFresh(latest) ? latest.value : undefined
  }
  const values = context.around(metric).flatMap((latest) => (isFresh(latest) ? [latest.value] : []))
  return values.length < (to.atLeast ?? AT_LEAST) ? undefined : medianOf(values)
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b)
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : values[middle - 1]! / 2 + values[middle]! / 2
}

function nameOf({ metric, device, around }: Spec['to']): Record<string, string> {
  const name = { toAround: around, toDevice: device, toMetric: metric }
  return Object.fromEntries(Object.entries(name).filter((part): part is [string, string] => part[1] !== undefined))
}

function objections(spec: Spec): Objection[] {
  const found = [...limitObjections(spec), ...patienceObjections(spec)]
  const { metric, device, around, atLeast } = spec.to
  if (metric === undefined && device === undefined && around === undefined)
    found.push({ path: ['to'], message: 'to needs a metric, a device or around: median' })
  if (around !== undefined && device !== undefined)
    found.push({ path: ['to', 'device'], message: 'device cannot stand beside around' })
  if (atLeast !== undefined && around === undefined)
    found.push({ path: ['to', 'atLeast'], message: 'atLeast goes with around: it is how many devices must be known' })
  if (
    device === undefined &&
    around === undefined &&
    toMetricMatch(spec.where.metric).metricNames?.includes(metric ?? '')
  )
    found.push({ path: ['to', 'metric'], message: 'the reference is the metric itself' })
  return found
}
