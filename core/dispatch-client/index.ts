/** Dispatch of huying as a client: subscribe to alerts, acknowledge, command. See README.md. */
export type { AlertCommand, AlertCommandType } from '../alert-command.ts'
export type { Assignee, FalseAlarmReason } from '../alert-hands.ts'
export type { AlertEventView, AlertView } from '../alert-view.ts'
export type { Category } from '../category.ts'
export { AppError, type ErrorCode } from '../errors.ts'
export type { AlertEventType } from '../ledger-entry.ts'
export type { Severity } from '../severity.ts'
export type { Timers } from '../timers.ts'
export { createDispatchClient, type DispatchClient, type DispatchClientOptions, type Trouble } from './client.ts'
export type {
  AckRequest,
  CommandRequest,
  DispatchErrorCode,
  DispatchMessage,
  DispatchRequest,
  ErrorMessage,
  EventFilter,
  EventMessage,
  ProgressMessage,
  ResultMessage,
  SubscribedMessage,
  SubscribeRequest,
} from './messages.ts'
export { SUBPROTOCOL } from './subprotocol.ts'
export type { WebSocketConstructor, WebSocketLike } from './web-socket-like.ts'
