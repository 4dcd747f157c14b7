import { type Alert, deviceOf } from '../../core/alert.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { isToldToAll } from '../../core/path-test.ts'
import { SEVERITIES, severityLevel } from '../../core/severity.ts'
import type { EventFilter } from './protocol.ts'

/** Whether a subscriber gets the event. */
export type EventTest = (event: AlertEvent) => boolean

/**
 * Makes the test of a filter once, so that asking costs a look into a set per part. What is not pushed only gets who asks
 * for it. An event that changes severity or assignee counts with the old one too: who was told that an alert is critical,
 * or theirs, is told that it no longer is. What tries the path passes by name (`isNamed`) or when asked for, whatever
 * else the filter says: a receipt is due from everybody. So does the alert that another way out gave none.
 */
export function toEventTest(filter: EventFilter, isNamed: boolean): EventTest {
  const parts = toParts(filter)
  const isTestWanted = filter.test === undefined ? isNamed : filter.test === 'include'
  const isQuietWanted = filter.quiet === 'include'
  return (event) => {
    if (event.push === false && !isQuietWanted) return false
    if (event.alert.test) return isTestWanted
    if (isNamed && isToldToAll(event.alert)) return true
    for (const passes of parts) if (!passes(event)) return false
    return true
  }
}

function toParts(filter: EventFilter): EventTest[] {
  const { minSeverity, place, severity, reach, grid, department } = filter
  const parts: EventTest[] = []
  const whenWanted = (wanted: string | string[] | undefined, of: (event: AlertEvent) => string | undefined) => {
    if (wanted === undefined) return
    const set = new Set([wanted].flat())
    parts.push((event) => set.has(of(event) ?? ''))
  }
  if (minSeverity !== undefined) {
    const worst = SEVERITIES.slice(0, severityLevel(minSeverity))
    parts.push(toSeverityTest(worst))
  }
  if (severity !== undefined) parts.push(toSeverityTest([severity].flat()))
  whenWanted(filter.rule, ({ alert }) => alert.rule)
  whenWanted(filter.category, ({ alert }) => alert.category)
  whenWanted(filter.device, ({ alert }) => deviceOf(alert))
  whenWanted(filter.type, ({ type }) => type)
  whenWanted(filter.community, ({ alert }) => alert.area?.community)
  whenWanted(filter.river, ({ alert }) => alert.area?.river)
  if (reach !== undefined) parts.push(toReachTest(reach))
  if (grid !== undefined) parts.push(toOwnerTest(grid, 'grid', (alert) => alert.area?.grid))
  if (department !== undefined) parts.push(toOwnerTest(department, 'department', (alert) => alert.department))
  if (place !== undefined) {
    const beginnings = [place].flat()
    parts.push(({ alert }) => beginnings.some((beginning) => alert.place?.startsWith(beginning)))
  }
  return parts
}

function toSeverityTest(wanted: readonly string[]): EventTest {
  const set = new Set(wanted)
  return ({ alert, severityBefore }) =>
    set.has(alert.severity) || (severityBefore !== undefined && set.has(severityBefore))
}

/** By the reach's name, or for findings by its id on the map. */
function toReachTest(wanted: string | string[]): EventTest {
  const set = new Set([wanted].flat())
  return ({ alert }) => set.has(alert.area?.reach ?? '') || set.has(alert.finding?.place?.reach ?? '')
}

/** Whose it is by itself, by assignment, or was until now. */
function toOwnerTest(
  wanted: string | string[],
  part: 'grid' | 'department',
  ownOf: (alert: Alert) => string | undefined,
): EventTest {
  const set = new Set([wanted].flat())
  return ({ alert, assignedBefore }) =>
    set.has(ownOf(alert) ?? '') || set.has(alert.assigned?.to[part] ?? '') || set.has(assignedBefore?.[part] ?? '')
}
