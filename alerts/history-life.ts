import type { Alert } from '../core/alert.ts'
import type { Signal } from '../core/signal.ts'
import { confirmed, type LifeContext, raise, type Step } from './alert-life.ts'

/**
 * Episodes found in data that came late: recorded when the episode begins and again when its end is known, with
 * `clearedAtMs`. Never open, never pushed, and apart from the live alert of the same rule and subject.
 */
export function stepOnHistory(alert: Alert | undefined, signal: Signal, context: LifeContext): Step | null {
  const running = alert && alert.clearedAtMs === undefined ? alert : undefined
  if (signal.state === 'active' && running) return { alert: confirmed(running, signal), event: null }
  if (signal.state === 'active') {
    const past: Alert = { ...raise(signal, context).alert, state: 'cleared', historical: true }
    return record(past, signal)
  }
  if (!running) return null
  const version = running.version + 1
  return record({ ...running, clearedAtMs: signal.atMs, version, lastOrder: signal.order }, signal)
}

function record(alert: Alert, { order }: Signal): Step {
  return { alert, event: { type: 'alert.recorded', atMs: order.clockMs, alert, push: false } }
}
