import type { AlertCommand } from '../alert-command.ts'
import type { AlertEventView, AlertView } from '../alert-view.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts'
import { holdingTimers, type Timers } from '../timers.ts'
import { createConnection, type Loss } from './connection.ts'
import type { DispatchMessage, ErrorMessage, EventFilter, SubscribedMessage, SubscribeRequest } from './messages.ts'
import { createPendingCommands } from './pending-commands.ts'
import { createPosition } from './position.ts'
import { SUBPROTOCOL } from './subprotocol.ts'
import { protocolsWithToken } from './token-protocols.ts'
import type { WebSocketConstructor, WebSocketLike } from './web-socket-like.ts'

/** A subscriber that comes back by itself and goes on where it acknowledged. Creating it does nothing. */
export interface DispatchClient {
  start(): void
  /**
   * Everything up to this cursor is taken care of. Sent at once, or when connected again. What was not received on this
   * ledger cannot be acknowledged and is passed over.
   */
  ack(cursor: string): void
  /**
   * Resolves with the alert once the command is durable; outlives broken connections, is sent again with the same
   * idempotency key. Rejects with an AppError that has the service's code, `stopped` after `close`, `overloaded` when a
   * thousand wait.
   */
  command(command: AlertCommand): Promise<AlertView>
  /** Ends for good, and rejects the commands that have no answer: they may or may not have been done. May be called twice. */
  close(): void
  /** `refused`: the token, or the subscriber's name, is not let in; it asks again much later. */
  readonly state: 'idle' | 'connecting' | 'subscribed' | 'waiting' | 'refused' | 'closed'
}

/** What went wrong; the client goes on by itself. */
export interface Trouble {
  /**
   * The service's code, or `connection_lost`, `unauthorized` (the token), `forbidden` (its rights, or the name),
   * `ledger_changed` (all cursors so far mean nothing; events begin at the new ledger's first), `handler_failed`
   * (`onEvent` threw; the event is not acknowledged).
   */
  code: string
  message: string
}

export interface DispatchClientOptions {
  /** For example `wss://huying.example/api/v1/dispatch`. */
  url: string
  /** Asked for at each attempt when it is a function, so that it may be replaced. */
  token: string | (() => string | Promise<string>)
  /** Without a name the service remembers nothing. */
  subscriber?: string
  /** Where to begin the first time; afterwards it goes on where it acknowledged. Absent: the service remembers. */
  after?: string
  /** Ledger that `after` is of, as `onSubscribed` told it. */
  ledger?: string
  filter?: EventFilter
  /** `globalThis.WebSocket` of browsers and Node 22, or the one of `ws`. */
  WebSocket: WebSocketConstructor
  /**
   * In order, and without waiting for a promise that it returns; the same event may come again after a reconnect. Acknowledge with
   * `ack(cursor)` once this event and all before it are taken care of.
   */
  onEvent(event: AlertEventView, cursor: string): unknown
  /** Everything up to the cursor was sent or filtered out: may be acknowledged once earlier events are taken care of. */
  onProgress?(cursor: string): void
  onSubscribed?(start: { after: string; latest: string; ledger: string }): void
  onTrouble?(trouble: Trouble): void
  /**
   * Asked when a connection did not open, since browsers do not say why. Resolves with the status that the service
   * answers to this token, or null when that cannot be known. Default: `GET /api/v1/session`.
   */
  statusOf?(token: string): Promise<number | null>
  timers?: Timers
  random?: () => number
  /** ms without a message after which the connection counts as dead; the service speaks every 15 s. */
  silentAfterMs?: number
  /** ms until a token or name that was refused is tried again. */
  refusedRetryMs?: number
}

const BACK_OFF = { firstMs: 250, longestMs: 15_000 }
/** How the error of `ws` names the status of a refused upgrade. */
const REFUSED_STATUS = /\b(401|403)\b/

export function createDispatchClient(options: DispatchClientOptions): DispatchClient {
  const { url, timers = holdingTimers, random = Math.random } = options
  const { silentAfterMs = 45_000, refusedRetryMs = 300_000 } = options
  const statusOf = options.statusOf ?? ((asked) => sessionStatus(url, asked))
  const position = createPosition(options)
  let state: DispatchClient['state'] = 'idle'
  let token = ''
  const connection = createConnection({
    open,
    onOpen: () => say(subscribeRequest()),
    onText: (text) => receive(parseMessage(text)),
    onError: (message) => void noteStatus(Number(REFUSED_STATUS.exec(message)?.[1])),
    onLost,
    backOff: BACK_OFF,
    ...{ silentAfterMs, timers, random },
  })
  const pending = createPendingCommands(
    (message) => state === 'subscribed' && say(message),
    Math.floor(random() * 2 ** 48).toString(36) + Math.floor(random() * 2 ** 48).toString(36),
  )

  async function open(): Promise<WebSocketLike> {
    state = 'connecting'
    token = typeof options.token === 'string' ? options.token : await options.token()
    return new options.WebSocket(url, protocolsWithToken(SUBPROTOCOL, token)) as WebSocketLike
  }

  function say(message: object): boolean {
    return connection.send(JSON.stringify(message))
  }

  function subscribeRequest(): SubscribeRequest {
    const { subscriber, filter } = options
    return {
      type: 'subscribe',
      ...(subscriber !== undefined && { subscriber }),
      ...position.start(),
      ...(filter && { filter }),
    }
  }

  function onLost({ message, wasOpen }: Loss): void {
    if (state === 'refused') return
    state = 'waiting'
    options.onTrouble?.({ code: 'connection_lost', message })
    if (!wasOpen) void statusOf(token).then(noteStatus, () => undefined)
  }

  /** Who is not let in need not ask every few seconds. */
  function noteStatus(status: number | null): void {
    if (state !== 'connecting' && state !== 'waiting') return
    if (status === 401) refused('unauthorized', 'the token is not known')
    else if (status === 403) refused('forbidden', 'the token may not subscribe')
  }

  function refused(code: string, message: string): void {
    state = 'refused'
    connection.retry(message, refusedRetryMs * (0.5 + random() / 2))
    options.onTrouble?.({ code, message })
  }

  function receive(message: DispatchMessage | null): void {
    switch (message?.type) {
      case 'event':
        position.received(message.cursor)
        hand(message.event, message.cursor)
        return
      case 'progress':
        position.received(message.cursor)
        options.onProgress?.(message.cursor)
        return
      case 'subscribed':
        subscribed(message)
        return
      case 'result':
        pending.resolve(message.id, message.alert)
        return
      case 'error':
        onError(message)
    }
  }

  /** A handler that throws must not cost the connection, nor count as done. */
  function hand(event: AlertEventView, cursor: string): void {
    const failed = (error: unknown) => options.onTrouble?.({ code: 'handler_failed', message: String(error) })
    try {
      const done = options.onEvent(event, cursor)
      if (done instanceof Promise) done.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  function subscribed(start: SubscribedMessage): void {
    const { after, latest, ledger } = start
    if (position.subscribed(start) === 'other ledger') {
      options.onTrouble?.({ code: 'ledger_changed', message: `the ledger is now ${ledger}` })
      say(subscribeRequest())
      return
    }
    state = 'subscribed'
    connection.doesWell()
    const acknowledged = position.acknowledged()
    if (acknowledged !== undefined) say({ type: 'ack', cursor: acknowledged, ledger })
    pending.resend()
    options.onSubscribed?.({ after, latest, ledger })
  }

  function onError({ code, message, id }: ErrorMessage): void {
    // Whether a command was done that met a service on its way out is learnt by asking again.
    if (id !== undefined && code === 'stopped') return
    const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'bad_request'
    if (pending.reject(id, new AppError(known, message, { code }))) return
    if (state === 'connecting' && code === 'forbidden') {
      refused(code, message)
      return
    }
    options.onTrouble?.({ code, message })
    if (state !== 'connecting') return
    if (code === 'bad_cursor') position.forget()
    connection.retry(`subscription refused: ${message}`)
  }

  return {
    start() {
      if (state !== 'idle') return
      state = 'connecting'
      connection.start()
    },
    ack(cursor) {
      if (position.acknowledge(cursor) && state === 'subscribed')
        say({ type: 'ack', cursor, ledger: position.ledger() })
    },
    command({ type: name, alertId: alert, untilMs: until, ...parts }) {
      if (state === 'closed') return Promise.reject(new AppError('stopped', 'the client is closed'))
      return pending.add({ name, alert, ...(until !== undefined && { until }), ...parts })
    },
    close() {
      if (state === 'closed') return
      state = 'closed'
      connection.stop()
      pending.rejectAll(new AppError('stopped', 'the client was closed'))
    },
    get state() {
      return state
    },
  }
}

/** A text that is no message of ours is treated like a type that is not known yet: passed over. */
function parseMessage(text: string): DispatchMessage | null {
  try {
    return JSON.parse(text) as DispatchMessage | null
  } catch {
    return null
  }
}

interface FetchPort {
  fetch?(url: string, init: { headers: Record<string, string> }): Promise<{ status: number; json(): Promise<unknown> }>
}

/** What the API beside the WebSocket says to the token: 403 also when it may only look. */
async function sessionStatus(url: string, token: string): Promise<number | null> {
  const { fetch } = globalThis as FetchPort
  if (!fetch) return null
  const address = url.replace(/^ws/, 'http').replace(/\/dispatch\/?$/, '/session')
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
  if (answer.status !== 200) return answer.status
  const { rights } = (await answer.json()) as { rights?: string }
  return rights === 'view' ? 403 : 200
}
