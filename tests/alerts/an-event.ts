import { createAlertBook } from '../../alerts/alert-book.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { Signal } from '../../core/signal.ts'
import { aSignal } from './a-signal.ts'

/** The event of a new alert, as the book makes it. */
export function anEvent(n: number, over: Partial<Signal> = {}): AlertEvent {
  const book = createAlertBook({ describe: ({ subject: { device } }) => ({ deviceName: `name of ${device}` }) })
  return book.applySignal(aSignal(n, over))[0] as AlertEvent
}
