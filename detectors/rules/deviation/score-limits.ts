import type { Severity } from '../../../core/severity.ts'
import type { Objection } from '../objection.ts'
import { type Band, type Hysteresis, hysteresisOf } from '../parts/bands.ts'
import { isOrdered, toRisingLimits } from '../parts/severity-limits.ts'

/** The limits of a kind that compares a score: `above` with a usual value and a `severity`, or `severities`. */
export interface ScoreLimits {
  above?: number
  severity?: Severity
  severities?: Partial<Record<Severity, number>>
  hysteresis?: Hysteresis
}

export function toScoreBands({ above, severity = 'warning', severities }: ScoreLimits, usual: number): Band[] {
  const limits = severities === undefined ? [{ severity, limit: above ?? usual }] : toRisingLimits(severities)
  return limits.map((each) => ({ severity: each.severity, low: Number.NEGATIVE_INFINITY, high: each.limit }))
}

export function scoreLimitObjections(limits: ScoreLimits, usual: number): Objection[] {
  const { above, severity, severities, hysteresis = 0 } = limits
  if (severities === undefined && severity === undefined)
    return [{ path: [], message: 'severity or severities is missing' }]
  if (severities !== undefined && above !== undefined)
    return [{ path: ['severities'], message: 'severities cannot stand beside above' }]
  if (severities !== undefined && severity !== undefined)
    return [{ path: ['severity'], message: 'severity cannot stand beside severities' }]
  const bands = toScoreBands(limits, usual)
  if (bands.length === 0) return [{ path: ['severities'], message: 'severities needs at least one limit' }]
  if (
    !isOrdered(
      bands.map(({ high }) => high),
      (milder, worse) => milder < worse,
    )
  )
    return [{ path: ['severities'], message: 'severities must rise from warning to critical' }]
  if (bands.some((band) => hysteresisOf(hysteresis, band.severity) > band.high))
    return [{ path: ['hysteresis'], message: 'hysteresis must not be more than the limit' }]
  return []
}
