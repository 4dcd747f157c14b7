import type { AlertEventView } from './alert-view.ts'
import type { AlertEvent } from './ledger-entry.ts'

/** One committed event on its way out. */
export interface OutgoingEvent {
  /** Position in the ledger. */
  seq: number
  event: AlertEvent
  /** The same as it leaves huying; `view.id` is what receivers know it by when it comes twice. */
  view: AlertEventView
}

/** A way out of huying to people or other systems. Each kind is one file beside `alerts/outputs/`. */
export interface Output {
  readonly name: string
  readonly kind: string
  start?(): Promise<void>
  stop?(): Promise<void>
  /**
   * Resolves when the other side has said that it has it. Rejects with an AppError: where its code allows a retry
   * (`ERROR_CODES`), it is tried again, else the event is given up. Stops waiting when `signal` aborts.
   */
  deliver(event: OutgoingEvent, signal: AbortSignal): Promise<void>
}
