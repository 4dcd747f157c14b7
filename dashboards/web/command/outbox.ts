import type { AlertView } from '../../contract.ts'
import type { Act } from './commands.ts'

/** How long an act for several alerts waits for somebody to take it back. */
export const UNDO_MS = 10_000
/** More at once are not sent: whoever means hundreds means a silence or a rule. */
export const MOST_TARGETS = 500

/** What an alert was when somebody decided about it. */
export type Target = Pick<AlertView, 'id' | 'version'>

/** An act for several alerts, not sent yet. */
export interface Job {
  /** Makes the idempotency key of each of its commands. */
  key: string
  act: Act
  targets: readonly Target[]
  dueMs: number
}

/** A command that did not succeed, and why. */
export interface Refused {
  target: Target
  code: string
  message: string
}

/** What became of an act. */
export interface Outcome {
  key: string
  act: Act
  done: number
  refused: readonly Refused[]
}

export interface Outbox {
  waiting: Job | null
  /** Being sent: their rows are marked. */
  underWay: readonly Job[]
  last: Outcome | null
}

export const EMPTY_OUTBOX: Outbox = { waiting: null, underWay: [], last: null }

export type OutboxAction =
  /** One that still waits goes out first: it is moved to those under way. */
  | { type: 'wait'; job: Job }
  | { type: 'undo' }
  | { type: 'send'; key: string }
  /** Goes out without waiting. */
  | { type: 'at once'; job: Job }
  | { type: 'done'; outcome: Outcome }
  | { type: 'dismiss' }

export function reduceOutbox(outbox: Outbox, action: OutboxAction): Outbox {
  switch (action.type) {
    case 'wait':
      return { ...sent(outbox), waiting: action.job, last: null }
    case 'undo':
      return { ...outbox, waiting: null }
    case 'send':
      return outbox.waiting?.key === action.key ? sent(outbox) : outbox
    case 'at once':
      return { ...outbox, underWay: [...outbox.underWay, action.job], last: null }
    case 'done':
      return {
        ...outbox,
        underWay: outbox.underWay.filter(({ key }) => key !== action.outcome.key),
        last: action.outcome,
      }
    case 'dismiss':
      return { ...outbox, last: null }
  }
}

function sent({ waiting, underWay, last }: Outbox): Outbox {
  return { waiting: null, underWay: waiting === null ? underWay : [...underWay, waiting], last }
}

/** Alerts that an act is on its way to. */
export function pendingIds({ waiting, underWay }: Outbox): ReadonlySet<string> {
  const jobs = waiting === null ? underWay : [waiting, ...underWay]
  return new Set(jobs.flatMap(({ targets }) => targets.map(({ id }) => id)))
}
