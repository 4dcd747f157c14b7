import type { AlertView } from '../../../core/alert-view.ts'
import { severityLevel } from '../../../core/severity.ts'
import type { FindingUpdate, LiveMessage, LiveRequest } from '../../contract.ts'

/** A browser cannot work with more rows than this; the worst and newest of them count. */
export const MAX_SNAPSHOT_ALERTS = 5_000

/** The newest state of each alert, in the order in which they first changed. */
export function coalesce(alerts: readonly AlertView[]): AlertView[] {
  const newest = new Map<string, AlertView>()
  for (const alert of alerts) {
    const known = newest.get(alert.id)
    if (known === undefined || known.version <= alert.version) newest.set(alert.id, alert)
  }
  return [...newest.values()]
}

/** The newest state of each finding, in the order in which they first changed. */
export function coalesceFindings(updates: readonly FindingUpdate[]): FindingUpdate[] {
  return [...new Map(updates.map((update) => [update.finding.id, update])).values()]
}

/** Everything that is open, worst first, within what a browser can hold. */
export function toSnapshot(alerts: AlertView[], seq: number): LiveMessage {
  const total = alerts.length
  const worst = alerts.toSorted(
    (a, b) => severityLevel(a.severity) - severityLevel(b.severity) || (a.raisedAt < b.raisedAt ? 1 : -1),
  )
  return { type: 'snapshot', seq, alerts: worst.slice(0, MAX_SNAPSHOT_ALERTS), total }
}

/** A browser's message, or null for anything else. */
export function parseLiveRequest(text: string): LiveRequest | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { type, sentAtMs } = value as Record<string, unknown>
    return type === 'ping' && typeof sentAtMs === 'number' ? { type, sentAtMs } : null
  } catch {
    return null
  }
}
