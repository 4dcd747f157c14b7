import type { AlertView } from '../../../core/alert-view.ts'
import { isOpenView } from './is-open-view.ts'
import type { LiveState } from './live-state.ts'

/** What the queue shows: a strip that never waits, the list, and what arrived while it was held. */
export interface QueueView {
  /** Level Ⅰ alerts that came while the list was held, and are not kept quiet. */
  pinned: AlertView[]
  rows: AlertView[]
  /** Alerts that wait for the list to move again. */
  arrived: number
  /**
   * Open and unacknowledged alerts by level, at 1 to 4; all together at 0. The filter does not touch them. What is kept
   * quiet waits for nobody.
   */
  open: number[]
  unacknowledged: number[]
}

/** What is kept quiet comes last; then severity, then unacknowledged first, then newest. */
export function compareUrgency(a: AlertView, b: AlertView): number {
  return (
    Number(a.quiet !== undefined) - Number(b.quiet !== undefined) ||
    a.level - b.level ||
    Number(a.acknowledged) - Number(b.acknowledged) ||
    Date.parse(b.raisedAt) - Date.parse(a.raisedAt) ||
    (a.id < b.id ? 1 : -1)
  )
}

export function toQueueView(state: Pick<LiveState, 'alerts' | 'filter' | 'held'>): QueueView {
  const { alerts, filter, held } = state
  const isWanted = (alert: AlertView) => filter === 0 || alert.level === filter
  const openOnes = [...alerts.values()].filter(isOpenView)
  const open = countByLevel(openOnes)
  const unacknowledged = countByLevel(openOnes.filter((alert) => !alert.acknowledged && !alert.quiet))
  if (held === null)
    return { pinned: [], rows: openOnes.filter(isWanted).sort(compareUrgency), arrived: 0, open, unacknowledged }

  const heldIds = new Set(held)
  const waiting = openOnes.filter((alert) => !heldIds.has(alert.id))
  const pinned = waiting.filter((alert) => alert.level === 1 && !alert.quiet)
  const rows = held.flatMap((id) => alerts.get(id) ?? [])
  return {
    pinned: pinned.filter(isWanted).sort(compareUrgency),
    rows: rows.filter(isWanted),
    arrived: waiting.length - pinned.length,
    open,
    unacknowledged,
  }
}

function countByLevel(alerts: AlertView[]): number[] {
  const counts = [alerts.length, 0, 0, 0, 0]
  for (const { level } of alerts) counts[level]!++
  return counts
}
