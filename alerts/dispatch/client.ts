import type { AlertCommand } from '../../core/alert-command.ts'
import type { AlertEventView, AlertView } from '../../core/alert-view.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import { backoffMs } from './backoff.ts'
import { createPendingCommands } from './pending-commands.ts'
import type { EventFilter } from './protocol.ts'
import { SUBPROTOCOL } from './subprotocol.ts'
import { systemTimers, type Timers } from './timers.ts'

/** What the client needs of a WebSocket; `ws` and the one of browsers both have it. */
export interface WebSocketLike {
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
}
export type WebSocketConstructor = new (url: string, protocols: string[]) => unknown

/** A subscriber that comes back by itself and goes on where it acknowledged. Creating it does nothing. */
export interface DispatchClient {
  start(): void
  /** Everything up to this cursor is taken care of. Sent at once, or when connected again. */
  ack(cursor: string): void
  /**
   * Resolves with the alert once the command is durable; outlives a broken connection, is sent again with the same
   * idempotency key. Throws AppError with the server's code, `stopped` after `close`.
   */
  command(command: AlertCommand): Promise<AlertView>
  /** Ends for good. May be called twice. */
  close(): void
  readonly state: 'idle' | 'connecting' | 'subscribed' | 'waiting' | 'closed'
}

export interface DispatchClientOptions {
  /** For example `ws://localhost:8080/api/v1/dispatch`. */
  url: string
  /** Sent as a subprotocol, so of the characters that RFC 7230 allows in a token. */
  token: string
  subscriber?: string
  /** Where to begin the first time; afterwards it goes on where it acknowledged. Absent: the server remembers. */
  after?: string
  filter?: EventFilter
  WebSocket: WebSocketConstructor
  /** In order; the same event may come again after a reconnect. Acknowledge with `ack(cursor)`. */
  onEvent(event: AlertEventView, cursor: string): void
  /** Everything up to the cursor was sent or filtered out: may be acknowledged once earlier events are taken care of. */
  onProgress?(cursor: string): void
  onSubscribed?(start: { after: string; latest: string }): void
  /** What the server refused, and why connections ended; the client goes on by itself. */
  onTrouble?(trouble: { code: string; message: string }): void
  timers?: Timers
  random?: () => number
  /** ms without a message after which the connection counts as dead; the server speaks every 15 s. */
  silentAfterMs?: number
}

const HTTP_TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

interface ServerMessage {
  type?: string
  cursor?: string
  event?: AlertEventView
  after?: string
  latest?: string
  id?: unknown
  alert?: AlertView
  code?: string
  message?: string
}

/** A text that is no message of ours is treated like a type that is not known yet: passed over. */
function parseServerMessage(text: string): ServerMessage {
  try {
    return (JSON.parse(text) as ServerMessage | null) ?? {}
  } catch {
    return {}
  }
}

export function createDispatchClient(options: DispatchClientOptions): DispatchClient {
  const { url, token, timers = systemTimers, random = Math.random, silentAfterMs = 45_000 } = options
  if (!HTTP_TOKEN.test(token)) throw new AppError('bad_request', 'the token has characters no subprotocol may have')
  let state: DispatchClient['state'] = 'idle'
  let socket: WebSocketLike | undefined
  let failures = 0
  let acknowledged: string | undefined
  /** Where to start while nothing is acknowledged: as wished, then where the first subscription started. */
  let after = options.after
  let cancelRetry: (() => void) | undefined
  let cancelSilence: (() => void) | undefined
  const pending = createPendingCommands(
    (message) => send(message),
    Math.floor(random() * 2 ** 48).toString(36) + Math.floor(random() * 2 ** 48).toString(36),
  )

  function send(message: object): void {
    if (state === 'subscribed') socket?.send(JSON.stringify(message))
  }

  function connect(): void {
    state = 'connecting'
    const opened = new options.WebSocket(url, [SUBPROTOCOL, `bearer.${token}`]) as WebSocketLike
    socket = opened
    opened.onopen = () => {
      if (socket === opened) opened.send(JSON.stringify(subscribeMessage()))
    }
    opened.onmessage = (message: { data: unknown }) => {
      if (socket === opened) receive(String(message.data))
    }
    opened.onerror = () => undefined
    opened.onclose = (close: { code?: number; reason?: unknown }) => {
      if (socket === opened) lost(`connection ended (${close.code ?? 1006} ${String(close.reason ?? '')})`)
    }
    listenForLife()
  }

  function subscribeMessage(): object {
    const { subscriber, filter } = options
    return { type: 'subscribe', subscriber, after: acknowledged ?? after, filter }
  }

  /** A peer that vanished without a word is noticed by its silence. */
  function listenForLife(): void {
    cancelSilence?.()
    cancelSilence = timers.after(silentAfterMs, () => lost('no sign of life from the server'))
  }

  function lost(message: string): void {
    if (state === 'closed') return
    drop(4000, 'reconnecting')
    state = 'waiting'
    options.onTrouble?.({ code: 'connection_lost', message })
    cancelRetry = timers.after(backoffMs(failures++, random), connect)
  }

  function drop(code: number, reason: string): void {
    cancelSilence?.()
    const old = socket
    socket = undefined
    old?.close(code, reason)
  }

  function receive(text: string): void {
    listenForLife()
    const message = parseServerMessage(text)
    if (message.type === 'event') options.onEvent(message.event as AlertEventView, message.cursor as string)
    else if (message.type === 'progress') options.onProgress?.(message.cursor as string)
    else if (message.type === 'subscribed') subscribed(message)
    else if (message.type === 'result') pending.resolve(message.id, message.alert as AlertView)
    else if (message.type === 'error') refused(message)
  }

  function subscribed({ after: start = '0', latest = '0' }: ServerMessage): void {
    state = 'subscribed'
    failures = 0
    after = start
    if (acknowledged !== undefined) send({ type: 'ack', cursor: acknowledged })
    pending.resend()
    options.onSubscribed?.({ after: start, latest })
  }

  function refused({ code = 'internal', message = '', id }: ServerMessage): void {
    const known = Object.hasOwn(ERROR_CODES, code)
    if (pending.reject(id, new AppError(known ? (code as ErrorCode) : 'bad_request', message, { code }))) return
    options.onTrouble?.({ code, message })
    if (state !== 'connecting') return
    // The ledger is another one: our position means nothing, the server's memory of us is the best there is.
    if (code === 'bad_cursor') {
      acknowledged = undefined
      after = undefined
    }
    lost(`subscription refused: ${message}`)
  }

  return {
    start() {
      if (state === 'idle') connect()
    },
    ack(cursor) {
      if (acknowledged !== undefined && Number(cursor) <= Number(acknowledged)) return
      acknowledged = cursor
      send({ type: 'ack', cursor })
    },
    command({ type: name, alertId, comment, untilMs, once, expectedVersion, idempotencyKey }) {
      if (state === 'closed') return Promise.reject(new AppError('stopped', 'the client is closed'))
      return pending.add({
        name,
        alert: alertId,
        ...(comment !== undefined && { comment }),
        ...(untilMs !== undefined && { until: untilMs }),
        ...(once !== undefined && { once }),
        ...(expectedVersion !== undefined && { expectedVersion }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
    },
    close() {
      if (state === 'closed') return
      state = 'closed'
      cancelRetry?.()
      drop(1000, 'closed')
      pending.rejectAll(new AppError('stopped', 'the client was closed'))
    },
    get state() {
      return state
    },
  }
}
