import Type, { type Static, type TSchema } from 'typebox'
import type { Severity } from '../../../core/severity.ts'
import type { Reason } from '../../../core/signal.ts'
import type { Objection } from '../objection.ts'
import { bySeverity, HYSTERESIS, NUMBER, SEVERITY, UNIT } from '../rule-schema.ts'
import { type Band, type Bands, createBands, hysteresisOf } from './bands.ts'
import { isOrdered, toRisingLimits } from './severity-limits.ts'

export const RANGE = Type.Array(NUMBER, {
  minItems: 2,
  maxItems: 2,
  description: 'a list of two numbers, the lower one first',
})
const NUMBER_OR_RANGE = Type.Union([NUMBER, RANGE], {
  description: 'a number, or a list of two numbers, the lower one first',
})

/** Keys of every kind that compares a number with limits. */
export const LIMITS = {
  above: Type.Optional(NUMBER),
  below: Type.Optional(NUMBER),
  outside: Type.Optional(RANGE),
  inside: Type.Optional(RANGE),
  severities: Type.Optional(bySeverity(NUMBER_OR_RANGE)),
  severity: Type.Optional(SEVERITY),
  unit: UNIT,
  hysteresis: HYSTERESIS,
}
export type LimitSpec = Static<ReturnType<typeof Type.Object<typeof LIMITS>>>

/** The same keys for a number of which only more can be worse. */
export function upperLimits<T extends TSchema>(limit: T) {
  return {
    above: Type.Optional(limit),
    severities: Type.Optional(bySeverity(limit)),
    severity: Type.Optional(SEVERITY),
    unit: UNIT,
    hysteresis: HYSTERESIS,
  }
}

export type Comparison = 'above' | 'below' | 'outside' | 'inside'
const COMPARISONS = ['above', 'below', 'outside', 'inside'] as const

/** Limits ready to judge: the levels of severity, and the reason for one as code `above`, `below`, `outside` or `inside`. */
export interface Limits extends Bands {
  comparison: Comparison
  bands: Band[]
  reasonOf(value: number, level: number): Reason
}

/** Makes the limits of a spec that `limitObjections` finds nothing wrong with. */
export function toLimits(spec: LimitSpec): Limits {
  const { comparison, bands } = toComparedBands(spec)
  const levels = createBands(comparison === 'inside' ? 'inside' : 'outside', bands, spec.hysteresis ?? 0)
  const isRange = comparison === 'outside' || comparison === 'inside'
  return {
    ...levels,
    comparison,
    bands,
    reasonOf(value, level) {
      const { low, high } = bands[level - 1]!
      return {
        code: comparison,
        value,
        limit: levels.limitOf(value, level),
        ...(spec.unit !== undefined && { unit: spec.unit }),
        ...(isRange && { params: { low, high } }),
      }
    },
  }
}

/** The limits of a spec with `above` or `severities` only, mildest first. */
export function toUpperLimits({ above, severities, severity }: LimitSpec): { severity: Severity; limit: number }[] {
  if (severities === undefined) return [{ severity: severity ?? 'warning', limit: above ?? 0 }]
  return toRisingLimits(severities) as { severity: Severity; limit: number }[]
}

/** What makes no sense about limits that may be of every comparison. */
export function limitObjections(spec: LimitSpec): Objection[] {
  const given = [...COMPARISONS, 'severities' as const].filter((key) => spec[key] !== undefined)
  if (given.length === 0)
    return [{ path: [], message: 'a limit is missing: one of above, below, outside, inside or severities' }]
  const clashes = given.slice(1).map((key) => ({ path: [key], message: `${key} cannot stand beside ${given[0]}` }))
  if (clashes.length > 0) return clashes
  const found = severityObjections(spec)
  if (found.length > 0) return found
  const range = spec.outside ?? spec.inside
  if (range !== undefined && range[0]! >= range[1]!)
    return [{ path: [given[0]!], message: `${given[0]} must have the lower number first` }]
  const contradictions = spec.severities === undefined ? [] : severitiesObjections(spec.severities)
  return contradictions.length > 0 ? contradictions : roomObjections(spec)
}

/** What makes no sense about limits of which only `above` and `severities` are keys. */
export function upperLimitObjections(spec: LimitSpec): Objection[] {
  if (spec.above === undefined && spec.severities === undefined)
    return [{ path: [], message: 'a limit is missing: above or severities' }]
  if (spec.above !== undefined && spec.severities !== undefined)
    return [{ path: ['severities'], message: 'severities cannot stand beside above' }]
  const found = severityObjections(spec)
  if (found.length > 0) return found
  const limits = toUpperLimits(spec)
  if (limits.length === 0) return [{ path: ['severities'], message: 'severities needs at least one limit' }]
  if (!isOrdered(limits, (milder, worse) => milder.limit < worse.limit))
    return [{ path: ['severities'], message: 'severities must rise from warning to critical' }]
  if (limits.some(({ severity, limit }) => hysteresisOf(spec.hysteresis ?? 0, severity) > limit))
    return [{ path: ['hysteresis'], message: 'hysteresis must not be more than the limit' }]
  return []
}

function severityObjections({ severities, severity }: LimitSpec): Objection[] {
  if (severities === undefined && severity === undefined) return [{ path: [], message: 'severity is missing' }]
  if (severities !== undefined && severity !== undefined)
    return [{ path: ['severity'], message: 'severity cannot stand beside severities' }]
  return []
}

function severitiesObjections(severities: NonNullable<LimitSpec['severities']>): Objection[] {
  const limits = toRisingLimits(severities)
  if (limits.length < 2)
    return [{ path: ['severities'], message: 'severities needs two or more limits; for one, use above or below' }]
  const reversed = limits.filter(({ limit }) => typeof limit !== 'number' && limit[0]! >= limit[1]!)
  if (reversed.length > 0)
    return reversed.map(({ severity }) => ({
      path: ['severities', severity],
      message: `${severity} must have the lower number first`,
    }))
  if (comparisonOf(limits.map(({ limit }) => limit)) !== null) return []
  const message = 'severities must all rise, all fall, all widen or all narrow from warning to critical'
  return [{ path: ['severities'], message }]
}

function roomObjections(spec: LimitSpec): Objection[] {
  const { comparison, bands } = toComparedBands(spec)
  const isTooWide = ({ severity, low, high }: Band) => hysteresisOf(spec.hysteresis ?? 0, severity) * 2 > high - low
  if (comparison !== 'outside' || !bands.some(isTooWide)) return []
  return [{ path: ['hysteresis'], message: 'hysteresis leaves no room inside the range for the value to come back to' }]
}

function toComparedBands(spec: LimitSpec): { comparison: Comparison; bands: Band[] } {
  if (spec.severities === undefined) {
    const comparison = COMPARISONS.find((key) => spec[key] !== undefined) ?? 'above'
    return { comparison, bands: [toBand(comparison, spec.severity ?? 'warning', spec[comparison] ?? 0)] }
  }
  const limits = toRisingLimits(spec.severities)
  const comparison = comparisonOf(limits.map(({ limit }) => limit)) ?? 'above'
  return { comparison, bands: limits.map(({ severity, limit }) => toBand(comparison, severity, limit)) }
}

function toBand(comparison: Comparison, severity: Severity, limit: number | number[]): Band {
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
