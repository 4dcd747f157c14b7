import type { Alert } from '../../core/alert.ts'
import type { Signal } from '../../core/signal.ts'
import type { Step } from '../alert-life.ts'
import type { NoiseSettings } from './settings.ts'

type FlapSettings = NonNullable<NoiseSettings['flap']>

/** The latest times an alert came or went, as many as decide, oldest first. */
export function noteChange(changesMs: readonly number[], atMs: number, { changes }: FlapSettings): number[] {
  return [...changesMs.slice(-changes), atMs].slice(-changes)
}

/**
 * What a signal comes to for an alert that flaps or begins to; null: its life goes on as usual. Where lives depend on it
 * nothing is held: what comes again after it ended is told again. Nor is what ends because its rule is gone.
 */
export function hold(
  alert: Alert,
  changesMs: readonly number[] | undefined,
  signal: Signal,
  settings: FlapSettings | undefined,
): Step | null {
  if (signal.state === 'active' || alert.state === 'cleared' || RULE_GONE.has(signal.reason.code)) return null
  if (alert.flapping) return clearWhileHeld(alert, signal)
  if (!settings || !changesMs || alert.lifeSafety) return null
  return isOneTooMany(changesMs, signal.order.clockMs, settings) ? beginHold(alert, signal) : null
}

const RULE_GONE = new Set(['rule_removed', 'rule_changed'])

/** Whether one more change now is one too many. */
function isOneTooMany(changesMs: readonly number[], nowMs: number, settings: FlapSettings): boolean {
  const { changes, withinMs } = settings
  return changesMs.length >= changes && nowMs - (changesMs.at(-changes) as number) <= withinMs
}

/** The active alert does not clear: from now on it is held open. */
function beginHold(alert: Alert, signal: Signal): Step {
  const held: Alert = { ...want(alert, 'cleared', signal), lastOrder: signal.order, version: alert.version + 1 }
  return { alert: held, event: { type: 'alert.updated', atMs: signal.order.clockMs, alert: held } }
}

/** A flapping alert hears that its condition ended: only noted. */
function clearWhileHeld(alert: Alert, signal: Signal): Step {
  return { alert: { ...want(alert, 'cleared', signal), lastOrder: signal.order }, event: null }
}

/** A flapping alert was confirmed by `step`: the condition is back. */
export function confirmWhileHeld(step: Step, signal: Signal): Step {
  const alert = want(step.alert, 'active', signal)
  return { alert, event: step.event && { ...step.event, alert } }
}

function want(alert: Alert, wanted: 'active' | 'cleared', signal: Signal): Alert {
  if (alert.flapping?.wanted === wanted) return alert
  return { ...alert, flapping: { wanted, sinceMs: signal.order.clockMs, atMs: signal.atMs } }
}

/** When the condition will have been stable for long enough; Infinity for an alert that does not flap. */
export function stableAtMs(alert: Alert, settings: FlapSettings | undefined): number {
  return alert.flapping ? alert.flapping.sinceMs + (settings?.stableMs ?? 0) : Number.POSITIVE_INFINITY
}

/** The alert is let go: it clears, or goes on as one that no longer flaps. */
export function endHold({ flapping, ...alert }: Alert, atMs: number): Step {
  const version = alert.version + 1
  const free: Alert =
    flapping?.wanted === 'cleared'
      ? { ...alert, state: 'cleared', clearedAtMs: flapping.atMs, version }
      : { ...alert, version }
  return {
    alert: free,
    event: { type: free.state === 'active' ? 'alert.updated' : 'alert.cleared', atMs, alert: free },
  }
}
