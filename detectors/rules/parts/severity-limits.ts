import { SEVERITIES, type Severity } from '../../../core/severity.ts'

/** Mildest first, the order in which limits step up. */
const RISING = [...SEVERITIES].reverse()

/** The limits that are given, mildest severity first. */
export function toRisingLimits<T>(bySeverity: Partial<Record<Severity, T>>): { severity: Severity; limit: T }[] {
  const limits: { severity: Severity; limit: T }[] = []
  for (const severity of RISING) {
    const limit = bySeverity[severity]
    if (limit !== undefined) limits.push({ severity, limit })
  }
  return limits
}

/** True when each neighbour pair satisfies `inOrder`. */
export function isOrdered<T>(items: T[], inOrder: (milder: T, worse: T) => boolean): boolean {
  return items.every((item, index) => index === 0 || inOrder(items[index - 1]!, item))
}
