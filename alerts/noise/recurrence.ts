import type { Alert } from '../../core/alert.ts'
import type { Quiet } from '../../core/quiet.ts'
import type { NoiseSettings } from './settings.ts'

/** How often a rule has been raised aloud at a place of late. */
export interface Recurrence {
  /** An alert was announced. */
  note(alert: Alert, atMs: number): void
  gateOf(alert: Alert, atMs: number): Omit<Quiet, 'sinceMs'> | undefined
  /** When the next alert of its rule and place may be announced. */
  freeAtMs(alert: Alert): number
  /** JSON-safe. */
  snapshot(): RecurrenceSnapshot
}

/** Per rule and place the times of the latest announcements, oldest first. */
export type RecurrenceSnapshot = [key: string, timesMs: number[]][]

/** Rules and places remembered; the one that was announced longest ago is forgotten first. */
const MAX_KEYS = 20_000

export function createRecurrence(
  settings: NoiseSettings['recurrence'],
  known: RecurrenceSnapshot | undefined,
): Recurrence {
  const timesOf = new Map(settings ? known : [])
  const keyOf = ({ rule, place }: Alert) => (place === undefined ? undefined : `${rule} at ${place}`)

  function freeAtMs(alert: Alert): number {
    const key = settings && keyOf(alert)
    const times = key === undefined ? undefined : timesOf.get(key)
    if (!settings || !times || times.length < settings.announcements) return Number.NEGATIVE_INFINITY
    return (times.at(-settings.announcements) as number) + settings.withinMs
  }

  return {
    note(alert, atMs) {
      const key = settings && keyOf(alert)
      if (key === undefined || alert.lifeSafety) return
      const times = timesOf.get(key) ?? []
      timesOf.delete(key)
      timesOf.set(key, [...times.slice(1 - settings!.announcements || times.length), atMs])
      if (timesOf.size > MAX_KEYS) timesOf.delete(timesOf.keys().next().value as string)
    },
    gateOf(alert, atMs) {
      if (!settings || freeAtMs(alert) <= atMs) return undefined
      return { gate: 'recurrence', by: keyOf(alert) as string }
    },
    freeAtMs,
    snapshot: () => [...timesOf],
  }
}
