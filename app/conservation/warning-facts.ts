import type { AlertView } from '../../core/alert-view.ts'
import type { Suspicion } from '../../core/suspicion.ts'

/** What a warning about a house rests on, where the alert carries it. */
export function suspicionOf(alert: AlertView): Suspicion | null {
  return (alert as { suspicion?: Suspicion }).suspicion ?? null
}

/** Until when somebody must have looked, ISO 8601; null where nobody must. */
export function visitByOf(alert: AlertView): string | null {
  const { visitByMs } = suspicionOf(alert) ?? {}
  return visitByMs === undefined ? null : new Date(visitByMs).toISOString()
}
