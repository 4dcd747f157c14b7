import { deviceOf } from '../../core/alert.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { isWorse, type Severity } from '../../core/severity.ts'
import type { EventFilter } from './protocol.ts'

/**
 * Whether a subscriber with this filter gets the event; what is not pushed only gets who asks for it. An event that changes the severity counts with the old one too:
 * who was told that an alert is critical is told that it no longer is.
 */
export function passesFilter(filter: EventFilter, event: AlertEvent): boolean {
  if (event.push === false && filter.quiet !== 'include') return false
  const { alert, type, severityBefore } = event
  const severities = severityBefore === undefined ? [alert.severity] : [alert.severity, severityBefore]
  if (filter.severity !== undefined && !severities.some((severity) => includes(filter.severity, severity))) return false
  if (filter.minSeverity !== undefined && !severities.some((severity) => reaches(severity, filter.minSeverity)))
    return false
  if (filter.rule !== undefined && !includes(filter.rule, alert.rule)) return false
  if (filter.category !== undefined && !includes(filter.category, alert.category)) return false
  if (filter.device !== undefined && !includes(filter.device, deviceOf(alert))) return false
  if (filter.type !== undefined && !includes(filter.type, type)) return false
  return filter.place === undefined || startsWithOneOf(alert.place, filter.place)
}

function includes(wanted: string | string[] | undefined, value: string | undefined): boolean {
  return value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
}

function reaches(severity: Severity, least: Severity | undefined): boolean {
  return least !== undefined && !isWorse(least, severity)
}

function startsWithOneOf(place: string | undefined, beginnings: string | string[]): boolean {
  return place !== undefined && [beginnings].flat().some((beginning) => place.startsWith(beginning))
}
