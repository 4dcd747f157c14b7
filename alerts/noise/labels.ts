import { type Alert, deviceOf } from '../../core/alert.ts'
import { toGlob } from '../../core/glob.ts'
import { type AlertMatcher, MATCHER_PARTS } from '../../core/quiet.ts'

/** A named fact of an alert that gates compare: `rule`, `category`, `severity`, `place`, `device`, `metric`, or a label. */
export function labelOf(alert: Alert, name: string): string | undefined {
  switch (name) {
    case 'rule':
      return alert.rule
    case 'category':
      return alert.category
    case 'severity':
      return alert.severity
    case 'place':
      return alert.place
    case 'device':
      return deviceOf(alert)
    case 'metric':
      return alert.subject.metric
    default:
      return alert.labels?.[name]
  }
}

/** One text for the values of these labels, or undefined when one of them is not known: unknown equals nothing. */
export function equalKey(alert: Alert, names: readonly string[]): string | undefined {
  const values: string[] = []
  for (const name of names) {
    const value = labelOf(alert, name)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values.length === 1 ? values[0] : JSON.stringify(values)
}

export type AlertMatch = (alert: Alert) => boolean

/** Makes the test of a matcher; one without parts fits everything. */
export function toAlertMatch(matcher: AlertMatcher): AlertMatch {
  const parts = MATCHER_PARTS.filter((name) => matcher[name] !== undefined).map((name) => ({
    name,
    fits: toGlob(matcher[name]),
  }))
  return (alert) => parts.every(({ name, fits }) => fits(labelOf(alert, name)))
}
