import type { AlertView, FloodRecordView, LedgerEntryView } from '../../../contract.ts'
import { compareUrgency } from '../../live/queue-view.ts'

/** One thing that a person did to an alert. */
export interface ShiftAct {
  seq: number
  type: string
  at: string
  by: string
  comment: string
  alertId: string
  title: { zh: string; en: string }
  place: string
}

/** What one person did, by kind of act. */
export interface PersonTally {
  name: string
  acts: { type: string; count: number }[]
}

/** What people did to alerts, newest first; what huying did by itself is left out, and so is what is no alert's. */
export function actsOf(entries: readonly LedgerEntryView[]): ShiftAct[] {
  return entries.flatMap(({ seq, type, at, by, entry }) => {
    const alert = entry?.alert as Partial<AlertView> | undefined
    if (by === undefined || at === undefined || alert?.id === undefined || alert.ruleTitle === undefined) return []
    const comment = typeof entry?.comment === 'string' ? entry.comment : ''
    const place = alert.place ?? alert.deviceName ?? alert.subject?.device ?? ''
    return [{ ...{ seq, type, at, by, comment, place }, alertId: alert.id, title: alert.ruleTitle }]
  })
}

/** Who did how much, the busiest first. */
export function talliesOf(acts: readonly ShiftAct[]): PersonTally[] {
  const byPerson = new Map<string, Map<string, number>>()
  for (const { by, type } of acts) {
    const counts = byPerson.get(by) ?? new Map<string, number>()
    byPerson.set(by, counts.set(type, (counts.get(type) ?? 0) + 1))
  }
  const total = ({ acts: counted }: PersonTally) => counted.reduce((sum, { count }) => sum + count, 0)
  return [...byPerson]
    .map(([name, counts]) => ({ name, acts: [...counts].map(([type, count]) => ({ type, count })) }))
    .sort((a, b) => total(b) - total(a))
}

/** What the next shift has to know of: open alerts, the most urgent first. */
export function openItems(alerts: ReadonlyMap<string, AlertView>): AlertView[] {
  return [...alerts.values()].sort(compareUrgency)
}

/** Floods that were on at some time since `fromMs`. */
export function floodsSince(over: readonly FloodRecordView[], fromMs: number): FloodRecordView[] {
  return over.filter(({ endedAt }) => Date.parse(endedAt) >= fromMs)
}
