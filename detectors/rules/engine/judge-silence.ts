import type { Signal, SignalOrder } from '../../../core/signal.ts'
import { awaitAnew, blameGateway, blameOnSelf } from './gateway-family.ts'
import { toSilenceWord } from './silence-word.ts'
import type { SilenceSlot } from './slots.ts'

/** A reading arrived: silence is counted anew, and ends if it was one. */
export function hear(slot: SilenceSlot, order: SignalOrder, out: Signal[]): void {
  awaitAnew(slot, order.clockMs)
  if (!slot.silent) return
  slot.silent = false
  out.push(toSilenceWord(slot, 'cleared', order, { code: 'heard' }))
}

/**
 * Nothing arrived for the whole limit, or the rule's hours begin or end. Silence is said once, until something is heard
 * or the hours end; not said where the gateway is silent, nor outside the hours.
 */
export function fallSilent(slot: SilenceSlot, order: SignalOrder, out: Signal[]): void {
  const { openTimes } = slot.rule
  if (openTimes !== undefined && (slot.silent || !openTimes.isOpen(order.clockMs))) {
    if (slot.silent) out.push(toSilenceWord(slot, 'cleared', order, { code: 'closed' }))
    slot.silent = false
    slot.dueMs = openTimes.nextChangeMs(order.clockMs)
    return
  }
  const { family, headOf } = slot.entry
  if (headOf !== null) {
    if (blameOnSelf(headOf, slot, order, out)) return
  } else if (family !== null && blameGateway(family, slot, order, out)) return
  slot.silent = true
  slot.dueMs = silentUntilMs(slot, order.clockMs)
  out.push(toSilenceWord(slot, 'active', order, { code: 'silent', durationS: slot.limitMs / 1000 }))
}

/** When a silence that was told is to be looked at again: at the end of the rule's hours, if it keeps any. */
export function silentUntilMs({ rule }: SilenceSlot, clockMs: number): number {
  return rule.openTimes?.nextChangeMs(clockMs) ?? Number.POSITIVE_INFINITY
}
