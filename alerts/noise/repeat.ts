import type { Alert } from '../../core/alert.ts'
import type { NoiseSettings } from './settings.ts'

/** When the alert is told again, Infinity for never: active, aloud, nobody's, and for too long. `loudMs`: told last. */
export function repeatAtMs(alert: Alert, loudMs: number | undefined, settings: NoiseSettings['repeat']): number {
  const afterMs = settings?.afterMs[alert.severity]
  if (afterMs === undefined || loudMs === undefined) return Number.POSITIVE_INFINITY
  if (alert.state !== 'active' || alert.quiet !== undefined) return Number.POSITIVE_INFINITY
  if (alert.acknowledged && !settings?.acknowledgedToo) return Number.POSITIVE_INFINITY
  return loudMs + afterMs
}
