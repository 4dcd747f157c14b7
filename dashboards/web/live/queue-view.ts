import type { AlertView } from '../../../core/alert-view.ts'
import { RESPONSE_TIMES, type ResponseTimes } from '../../../core/response-times.ts'
import { matchesBesidesLevel, matchesFilter } from './alert-filter.ts'
import { deadlineOf } from './deadline.ts'
import { isOpenView } from './is-open-view.ts'
import type { LiveState } from './live-state.ts'
import { type Grouping, type QueueLine, toLines } from './queue-lines.ts'

/** What the queue shows: a strip that never waits, the list, and what arrived while it was held. */
export interface QueueView {
  /** Level Ⅰ alerts that came while the list was held, and are not kept quiet. No filter hides them. */
  pinned: AlertView[]
  /** Alerts of the list, grouped or not. */
  rows: AlertView[]
  lines: QueueLine[]
  /** Alerts that wait for the list to move again. */
  arrived: number
  /** Open and unacknowledged alerts of the filter but for its level: by level at 1 to 4, all together at 0. */
  open: number[]
  /** What is kept quiet waits for nobody. */
  unacknowledged: number[]
  /** Level Ⅰ alerts that wait for somebody and that the filter hides. */
  hiddenCritical: number
}

/** The usual order. What is kept quiet comes last; then severity, then unacknowledged first, then newest. */
export function compareUrgency(a: AlertView, b: AlertView): number {
  return (
    Number(a.quiet !== undefined) - Number(b.quiet !== undefined) ||
    a.level - b.level ||
    Number(a.acknowledged) - Number(b.acknowledged) ||
    // Both are ISO 8601 in UTC, which sorts as text: thousands are sorted four times a second.
    compareText(b.raisedAt, a.raisedAt) ||
    compareText(b.id, a.id)
  )
}

/** What has to be answered soonest comes first; what asks nothing of anybody comes last. */
function byDeadline(alerts: readonly AlertView[], respondWithinS: ResponseTimes): AlertView[] {
  const dueMs = new Map(alerts.map((one) => [one.id, deadlineOf(one, respondWithinS) ?? Number.POSITIVE_INFINITY]))
  return alerts.toSorted((a, b) => {
    const [p, q] = [dueMs.get(a.id)!, dueMs.get(b.id)!]
    return p === q ? compareUrgency(a, b) : p - q
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Open alerts that wait for somebody, by level at 1 to 4, all together at 0. */
export function countWaiting(alerts: LiveState['alerts']): number[] {
  const waiting = [...alerts.values()].filter((alert) => !alert.acknowledged && !alert.quiet && isOpenView(alert))
  return countByLevel(waiting)
}

export type QueueState = Pick<LiveState, 'alerts' | 'filter' | 'held'> &
  Partial<Pick<LiveState, 'stats' | 'causes' | 'openGroups' | 'isUngrouped' | 'respondWithinS'>>

export function toQueueView(state: QueueState): QueueView {
  const { alerts, filter, held, respondWithinS = RESPONSE_TIMES } = state
  const isWanted = (alert: AlertView) => matchesFilter(alert, filter)
  const openOnes = [...alerts.values()].filter(isOpenView)
  const counted = openOnes.filter((alert) => matchesBesidesLevel(alert, filter))
  const heldIds = new Set(held)
  const waiting = held === null ? [] : openOnes.filter(({ id }) => !heldIds.has(id))
  const pinned = waiting.filter(isLoud).sort(compareUrgency)
  const pinnedIds = new Set(pinned.map(({ id }) => id))
  const sorted = () =>
    filter.sort === 'deadline' ? byDeadline(openOnes, respondWithinS) : openOnes.toSorted(compareUrgency)
  const all = held === null ? sorted() : held.flatMap((id) => alerts.get(id) ?? [])
  const rows = all.filter(isWanted)
  return {
    pinned,
    rows,
    lines: toLines(rows, groupingOf(state)),
    arrived: waiting.filter((alert) => !pinnedIds.has(alert.id) && isWanted(alert)).length,
    open: countByLevel(counted),
    unacknowledged: countByLevel(counted.filter((alert) => !alert.acknowledged && !alert.quiet)),
    hiddenCritical: openOnes.filter((alert) => isLoud(alert) && !alert.acknowledged && !isWanted(alert)).length,
  }
}

function isLoud({ level, quiet }: AlertView): boolean {
  return level === 1 && quiet === undefined
}

function groupingOf({ stats, causes, openGroups, isUngrouped }: QueueState): Grouping | null {
  if (!stats?.flood || isUngrouped || !causes || !openGroups) return null
  return { causes, opened: openGroups, firstId: stats.flood.first.alertId }
}

function countByLevel(alerts: AlertView[]): number[] {
  const counts = [alerts.length, 0, 0, 0, 0]
  for (const { level } of alerts) counts[level]!++
  return counts
}
