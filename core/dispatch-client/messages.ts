import type { AlertCommandType } from '../alert-command.ts'
import type { Assignee, FalseAlarmReason } from '../alert-hands.ts'
import type { AlertEventView, AlertView } from '../alert-view.ts'
import type { Category } from '../category.ts'
import type { ErrorCode } from '../errors.ts'
import type { AlertEventType } from '../ledger-entry.ts'
import type { Severity } from '../severity.ts'

/** Everything that is said over the dispatch WebSocket, as it stands in the JSON texts. */

type OneOrMore<T> = T | T[]

/** Which events a subscriber gets: every given part must match, of a list one. */
export interface EventFilter {
  severity?: OneOrMore<Severity>
  /** This severity and everything worse. */
  minSeverity?: Severity
  rule?: OneOrMore<string>
  category?: OneOrMore<Category>
  device?: OneOrMore<string>
  /** Beginning of the alert's place. */
  place?: OneOrMore<string>
  community?: OneOrMore<string>
  /** Where it lies, or to whom it is or was assigned. */
  grid?: OneOrMore<string>
  river?: OneOrMore<string>
  reach?: OneOrMore<string>
  /** Whose duty it is, or to whom it is or was assigned. */
  department?: OneOrMore<string>
  type?: OneOrMore<AlertEventType>
  /** Also what is written down without being pushed. */
  quiet?: 'include'
  /** Alerts that try the path, past all else that the filter says. Absent: include under a name, exclude without one. */
  test?: 'include' | 'exclude'
}

export interface SubscribeRequest {
  type: 'subscribe'
  subscriber?: string
  /** `latest`, `earliest`, a cursor, or absent: where the subscriber last acknowledged. */
  after?: string
  /** Ledger that the cursor is of. */
  ledger?: string
  filter?: EventFilter
}

export interface AckRequest {
  type: 'ack'
  cursor: string
  ledger?: string
}

export interface CommandRequest {
  type: 'command'
  /** Comes back in the answer. */
  id: string | number
  name: AlertCommandType
  /** Id of the alert. */
  alert: string
  comment?: string
  expectedVersion?: number
  idempotencyKey?: string
  until?: number | string
  once?: boolean
  reason?: FalseAlarmReason
  to?: Assignee | null
  external?: { system: string; number: string }
}

/** What a client says. */
export type DispatchRequest = SubscribeRequest | AckRequest | CommandRequest

/** Error codes of dispatch: those of huying and two of its own. */
export type DispatchErrorCode = ErrorCode | 'bad_cursor' | 'not_subscribed'

export interface SubscribedMessage {
  type: 'subscribed'
  subscriber?: string
  /** Cursor after which the events begin. */
  after: string
  /** Cursor of the last event there is. */
  latest: string
  ledger: string
}

export interface EventMessage {
  type: 'event'
  cursor: string
  event: AlertEventView
}

/** Everything up to here was sent or filtered out. */
export interface ProgressMessage {
  type: 'progress'
  cursor: string
}

export interface ResultMessage {
  type: 'result'
  id?: string | number
  ok: true
  alert: AlertView
}

export interface ErrorMessage {
  type: 'error'
  id?: string | number
  code: DispatchErrorCode
  message: string
}

/** What the service says. More types may come: pass over those that you do not know. */
export type DispatchMessage = SubscribedMessage | EventMessage | ProgressMessage | ResultMessage | ErrorMessage
