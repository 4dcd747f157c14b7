import type { AlertEventView } from '../../core/alert-view.ts'
import type { Position } from '../../core/place.ts'

/** One alert as a dispatch system got to know it. */
export interface ToldAlert {
  id: string
  rule: string
  category: string
  device?: string
  /** House that it is about. */
  building?: string
  /** Class, for alerts on pictures. */
  label?: string
  place?: string
  position?: Position
  /** When its cause was measured. */
  raisedMs: number
  /** When the dispatch system was told. */
  toldMs: number
  clearedMs?: number
}

/** Puts events together to alerts: each once, however often it was told of. Those that only try the path are left out. */
export interface ToldAlerts {
  hear(event: AlertEventView): void
  all(): ToldAlert[]
}

export function createToldAlerts(): ToldAlerts {
  const alerts = new Map<string, ToldAlert>()
  return {
    hear({ at, alert }) {
      if (alert.test) return
      const { id, rule, category, subject, place, position, clearedAt } = alert
      const { building, label } = subject
      // Of a place or a house it only names who told of it.
      const device = subject.place === undefined && building === undefined ? subject.device : undefined
      const first = alerts.get(id)
      alerts.set(id, {
        ...{ id, rule, category, raisedMs: Date.parse(alert.raisedAt), toldMs: first?.toldMs ?? Date.parse(at) },
        ...(device !== undefined && { device }),
        ...(building !== undefined && { building }),
        ...(label !== undefined && { label }),
        ...((subject.place ?? place) !== undefined && { place: subject.place ?? place }),
        ...(position !== undefined && { position }),
        ...(clearedAt !== undefined && { clearedMs: Date.parse(clearedAt) }),
      })
    },
    all: () => [...alerts.values()],
  }
}
