import type { Reason, Signal, SignalOrder } from '../../core/signal.ts'
import { type SilenceSlot, subjectOf } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** A reading arrived: silence is counted anew, and ends if it was one. */
export function hear(slot: SilenceSlot, order: SignalOrder, out: Signal[]): void {
  slot.dueMs = order.clockMs + slot.limitMs
  if (!slot.silent) return
  slot.silent = false
  out.push(toWord(slot, 'cleared', order, { code: 'heard' }))
}

/** Nothing arrived for the whole limit. Said once, until something is heard. */
export function fallSilent(slot: SilenceSlot, order: SignalOrder): Signal {
  slot.silent = true
  slot.dueMs = Number.POSITIVE_INFINITY
  return toWord(slot, 'active', order, { code: 'silent', durationS: slot.limitMs / 1000 })
}

function toWord(slot: SilenceSlot, state: Signal['state'], order: SignalOrder, reason: Reason): Signal {
  return toSignal({
    rule: slot.rule,
    subject: subjectOf(slot),
    state,
    severity: slot.judge.severity,
    order,
    atMs: order.clockMs,
    reason: slot.track === null ? reason : { ...reason, metric: slot.track.metric },
    position: slot.entry.device?.position,
  })
}
