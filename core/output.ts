import type { AlertEventView } from './alert-view.ts'
import type { AlertEvent } from './ledger-entry.ts'

/** One committed event on its way out. */
export interface OutgoingEvent {
  /** Position in the ledger. */
  seq: number
  event: AlertEvent
  /** The same as it leaves huying; `view.id` is what receivers know it by when it comes twice. */
  view: AlertEventView
  /** What `deliver` gave back for the event of this alert before this one. */
  before?: Memo
}

/** What an output must know of an alert that it has told of, until that alert is closed: JSON, some hundred bytes. */
export type Memo = Record<string, unknown>

/** By the id of the alert. */
export type Memos = ReadonlyMap<string, Memo>

/** How much an output takes now. */
export interface Pace {
  /** ms until it takes anything. */
  afterMs: number
  /** Events that it takes at once then. */
  atMost: number
}

/** A way out of huying to people or other systems. Each kind is one file in `alerts/outputs/kinds/`. */
export interface Output {
  readonly name: string
  readonly kind: string
  /** Whether such an event says anything here; what does not is passed over. Absent: all do. */
  takes?(event: AlertEvent): boolean
  /** Absent: one event at a time, at once. */
  pace?(nowMs: number): Pace
  /** Begins, with what it gave back for alerts that it has told of and that are still open. Does not wait for the other side. */
  start?(told: Memos): Promise<void>
  stop?(): Promise<void>
  /**
   * Resolves when the other side has said that it has all of these, oldest first; with what to remember, by alert. Rejects with an AppError: where its code allows a retry (`ERROR_CODES`), they are tried again, after
   * `details.retryAfterMs` at the earliest if that is given, else they are given up. Stops waiting when `signal` aborts.
   */
  deliver(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<Memos | undefined>
}
