import type { Reason, Signal, SignalOrder } from '../../../core/signal.ts'
import { type SilenceSlot, subjectOf } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** What is said of a device's silence, or of one metric's. */
export function toSilenceWord(slot: SilenceSlot, state: Signal['state'], order: SignalOrder, reason: Reason): Signal {
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
