import type { Memo, OutgoingEvent } from '../../core/output.ts'

/** One event between the output's cursor and the last entry that was read. */
export interface Item {
  outgoing: OutgoingEvent
  /** The alert is over with this event: nothing more needs to be known of it. */
  isLast: boolean
  /** `done` without having been sent when the output is not told of it. */
  state: 'waiting' | 'under way' | 'done'
  isTold: boolean
  attempts: number
  firstTriedMs: number | null
  /** Not tried before. */
  dueMs: number
  memo?: Memo
}

/** Events that wait for another attempt, beyond which no new ones are begun: the other side is away, it is not the events. */
export const MOST_RETRIED = 8

/**
 * The events to give to the output now, `atMost` of them as one delivery; empty when nothing is due. An event waits for those before it of the
 * same alert; those of other alerts go past one that is to be tried again.
 */
export function nextDelivery(items: readonly Item[], atMost: number, nowMs: number): Item[] {
  const held = new Set<string>()
  const chosen: Item[] = []
  const takesNew = items.filter(({ state, attempts }) => state === 'waiting' && attempts > 0).length < MOST_RETRIED
  for (const item of items) {
    if (item.state === 'done') continue
    const { id } = item.outgoing.event.alert
    const isDue =
      item.state === 'waiting' && item.dueMs <= nowMs && (takesNew || item.attempts > 0 || chosen.length > 0)
    const isReady = isDue && !held.has(id)
    if (isReady) chosen.push(item)
    if (chosen.length === atMost || (chosen.length > 0 && !isReady)) break
    if (!isReady) held.add(id)
  }
  return chosen
}

/** When the next event that waits for its time is due, ms; null when none does. */
export function nextDueMs(items: readonly Item[], nowMs: number): number | null {
  const due = items.filter(({ state, dueMs }) => state === 'waiting' && dueMs > nowMs).map(({ dueMs }) => dueMs)
  return due.length === 0 ? null : Math.min(...due)
}

/** Splits off what is done at the front: behind it the cursor may stand. */
export function settled(items: readonly Item[]): { done: Item[]; rest: Item[] } {
  const first = items.findIndex(({ state }) => state !== 'done')
  const count = first < 0 ? items.length : first
  return { done: items.slice(0, count), rest: items.slice(count) }
}

/** Whether the output has told of an alert: by the events that are still in the window, else by what is remembered. */
export function hasTold(items: readonly Item[], told: ReadonlyMap<string, Memo>, alertId: string): boolean {
  const last = items.findLast(({ outgoing }) => outgoing.event.alert.id === alertId)
  if (!last) return told.has(alertId)
  return last.isTold && !last.isLast
}

/** What the output gave back last for this alert. */
export function memoOf(items: readonly Item[], told: ReadonlyMap<string, Memo>, item: Item): Memo | undefined {
  const { id } = item.outgoing.event.alert
  const before = items.slice(0, items.indexOf(item)).filter(({ outgoing }) => outgoing.event.alert.id === id)
  return before.findLast(({ memo }) => memo !== undefined)?.memo ?? told.get(id)
}
