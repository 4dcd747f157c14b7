import Type, { type Static } from 'typebox'
import { type Band, createBands, hysteresisOf } from '../bands.ts'
import { toMetricMatch } from '../metric-match.ts'
import type { Memory } from '../rule.ts'
import { defineKind, type Objection } from '../rule-kind.ts'
import {
  bySeverity,
  HYSTERESIS,
  NUMBER,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
  UNIT,
} from '../rule-schema.ts'
import { isOrdered, toRisingLimits } from '../severity-limits.ts'
import { WHERE_METRIC } from '../where.ts'

const RANGE = Type.Array(NUMBER, {
  minItems: 2,
  maxItems: 2,
  description: 'a list of two numbers, the lower one first',
})

const SCHEMA = ruleSchema('threshold', {
  where: WHERE_METRIC,
  above: Type.Optional(NUMBER),
  below: Type.Optional(NUMBER),
  outside: Type.Optional(RANGE),
  inside: Type.Optional(RANGE),
  severities: Type.Optional(
    bySeverity(Type.Union([NUMBER, RANGE], { description: 'a number, or a list of two numbers, the lower one first' })),
  ),
  severity: Type.Optional(SEVERITY),
  unit: UNIT,
  hysteresis: HYSTERESIS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>
type Comparison = 'above' | 'below' | 'outside' | 'inside'
const COMPARISONS = ['above', 'below', 'outside', 'inside'] as const

/**
 * A value beyond a limit.
 *
 * One limit: `above: 0.1`, `below: 3`, `outside: [6, 9]` or `inside: [45, 65]` with a `severity`. Above and below are
 * strict, the ends of a range belong to it. Several limits: `severities: { warning: 0.1, major: 0.2 }`; numbers that
 * rise with severity mean above, numbers that fall mean below, ranges that widen mean outside, that narrow mean inside.
 *
 * `hysteresis`, in the metric's unit, is how far back a value must come before its level ends: above 0.10 with 0.02
 * ends at 0.08; `hysteresis: { warning: 0.02, major: 0.05 }` is one for each. `onDelay` and `offDelay` hold for each
 * level by itself: a level counts once it has held for `onDelay` and is over once it has been gone for `offDelay`, in
 * device time. `repeat: { count: 3, of: 5 }` counts a level only while 3 of the last 5 samples reach it,
 * `repeat: { count: 3, within: 10m }` while 3 of the last ten minutes do, which also ends by time alone.
 *
 * Reason codes: `above`, `below`, `outside`, `inside` with value and limit; ranges add `low` and `high`.
 */
export const threshold = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const { comparison, bands } = toComparedBands(spec)
    const { severities, levelOf, limitOf } = createBands(
      comparison === 'inside' ? 'inside' : 'outside',
      bands,
      spec.hysteresis ?? 0,
    )
    const isRange = comparison === 'outside' || comparison === 'inside'
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities,
      ...toPatience(spec),
      remember: (memory: Memory) => memory,
      measure: (_memory, _atMs, value) => value,
      levelOf,
      reasonOf(value, level) {
        const band = bands[level - 1]!
        return {
          code: comparison,
          value,
          limit: limitOf(value, level),
          ...(spec.unit !== undefined && { unit: spec.unit }),
          ...(isRange && { params: { low: band.low, high: band.high } }),
        }
      },
    }
  },
})

function toComparedBands(spec: Spec): { comparison: Comparison; bands: Band[] } {
  if (spec.severities === undefined) {
    const comparison = COMPARISONS.find((key) => spec[key] !== undefined) ?? 'above'
    return { comparison, bands: [toBand(comparison, spec.severity ?? 'warning', spec[comparison] ?? 0)] }
  }
  const limits = toRisingLimits(spec.severities)
  const comparison = comparisonOf(limits.map(({ limit }) => limit)) ?? 'above'
  return { comparison, bands: limits.map(({ severity, limit }) => toBand(comparison, severity, limit)) }
}

function toBand(comparison: Comparison, severity: Band['severity'], limit: number | number[]): Band {
  if (typeof limit !== 'number') return { severity, low: limit[0]!, high: limit[1]! }
  if (comparison === 'below') return { severity, low: limit, high: Number.POSITIVE_INFINITY }
  return { severity, low: Number.NEGATIVE_INFINITY, high: limit }
}

/** What limits in rising order of severity must mean, or null when they contradict each other. */
function comparisonOf(limits: (number | number[])[]): Comparison | null {
  const numbers = limits.filter((limit) => typeof limit === 'number')
  if (numbers.length === limits.length) {
    if (isOrdered(numbers, (milder, worse) => milder < worse)) return 'above'
    return isOrdered(numbers, (milder, worse) => milder > worse) ? 'below' : null
  }
  if (numbers.length > 0) return null
  const ranges = limits as [number, number][]
  if (isOrdered(ranges, (milder, worse) => isWithin(milder, worse))) return 'outside'
  return isOrdered(ranges, (milder, worse) => isWithin(worse, milder)) ? 'inside' : null
}

function isWithin(inner: [number, number], outer: [number, number]): boolean {
  const contained = outer[0] <= inner[0] && inner[1] <= outer[1]
  return contained && (outer[0] < inner[0] || inner[1] < outer[1])
}

function objections(spec: Spec): Objection[] {
  const found = [...limitObjections(spec), ...patienceObjections(spec)]
  if (found.length > 0) return found
  const { comparison, bands } = toComparedBands(spec)
  const isTooWide = ({ severity, low, high }: Band) => hysteresisOf(spec.hysteresis ?? 0, severity) * 2 > high - low
  if (comparison === 'outside' && bands.some(isTooWide))
    return [
      { path: ['hysteresis'], message: 'hysteresis leaves no room inside the range for the value to come back to' },
    ]
  return []
}

function limitObjections(spec: Spec): Objection[] {
  const given = [...COMPARISONS, 'severities' as const].filter((key) => spec[key] !== undefined)
  if (given.length === 0)
    return [{ path: [], message: 'a limit is missing: one of above, below, outside, inside or severities' }]
  if (given.length > 1)
    return given.slice(1).map((key) => ({ path: [key], message: `${key} cannot stand beside ${given[0]}` }))
  if (spec.severities !== undefined) return severitiesObjections(spec.severities, spec.severity !== undefined)
  const range = spec.outside ?? spec.inside
  if (range !== undefined && range[0]! >= range[1]!)
    return [{ path: [given[0]!], message: `${given[0]} must have the lower number first` }]
  if (spec.severity === undefined) return [{ path: [], message: 'severity is missing' }]
  return []
}

function severitiesObjections(severities: NonNullable<Spec['severities']>, alsoSeverity: boolean): Objection[] {
  if (alsoSeverity) return [{ path: ['severity'], message: 'severity cannot stand beside severities' }]
  const limits = toRisingLimits(severities)
  if (limits.length < 2)
    return [{ path: ['severities'], message: 'severities needs two or more limits; for one, use above or below' }]
  const reversed = limits.filter(({ limit }) => typeof limit !== 'number' && limit[0]! >= limit[1]!)
  if (reversed.length > 0)
    return reversed.map(({ severity }) => ({
      path: ['severities', severity],
      message: `${severity} must have the lower number first`,
    }))
  if (comparisonOf(limits.map(({ limit }) => limit)) === null)
    return [
      {
        path: ['severities'],
        message: 'severities must all rise, all fall, all widen or all narrow from warning to critical',
      },
    ]
  return []
}
