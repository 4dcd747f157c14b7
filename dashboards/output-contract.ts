import type { DeadLetter, OutputState } from '../core/output-desk.ts'

/** A way out besides dispatch, and how it is doing. */
export interface OutputView extends Omit<OutputState, 'lastDeliveredMs' | 'failing'> {
  lastDeliveredAt?: string
  failing?: { since: string; code: string; reason: string }
}

/** An event that a way out was given up on for. */
export interface DeadLetterView extends Omit<DeadLetter, 'alertId' | 'atMs' | 'isReplaying'> {
  alert: string
  at: string
  replaying?: true
}
