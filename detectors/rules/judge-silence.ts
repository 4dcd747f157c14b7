import type { Signal, SignalOrder } from '../../core/signal.ts'
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

/** Nothing arrived for the whole limit. Said once, until something is heard; not said where the gateway is silent. */
export function fallSilent(slot: SilenceSlot, order: SignalOrder, out: Signal[]): void {
  const { family, headOf } = slot.entry
  if (headOf !== null) {
    if (blameOnSelf(headOf, slot, order, out)) return
  } else if (family !== null && blameGateway(family, slot, order, out)) return
  slot.silent = true
  slot.dueMs = Number.POSITIVE_INFINITY
  out.push(toSilenceWord(slot, 'active', order, { code: 'silent', durationS: slot.limitMs / 1000 }))
}
