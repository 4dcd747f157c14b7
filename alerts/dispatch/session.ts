import type { Alert } from '../../core/alert.ts'
import type { AlertCommand } from '../../core/alert-command.ts'
import { toAlertView } from '../../core/alert-view.ts'
import type { DispatchMessage } from '../../core/dispatch-client/messages.ts'
import { toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { EventLog } from '../event-log.ts'
import { parseCursor } from './cursor.ts'
import { toEventTest } from './event-filter.ts'
import {
  type ClientMessage,
  type CommandId,
  type DispatchErrorCode,
  type EventFilter,
  MAX_MESSAGE_BYTES,
  parseClientMessage,
} from './protocol.ts'
import type { Reached } from './reached.ts'
import { createReader } from './reader.ts'
import { resolveStart } from './resolve-start.ts'
import type { Subscribers } from './subscribers.ts'

/** Everything a session needs of its connection. */
export interface Socket {
  send(message: string | Buffer): void
  /** Bytes accepted by `send` that the network has not taken yet. */
  readonly bufferedBytes: number
  close(code: number, reason: string): void
}

/** Applies a person's command; resolves with the alert once that is durable, throws AppError. */
export type CommandPort = (command: AlertCommand, by: string) => Promise<Alert>

/** Who is connected. */
export interface Identity {
  /** Commands are made in this name. */
  name: string
  /** Whether it may subscribe under this name: nobody else may move on what is remembered of it. */
  mayUse(subscriber: string): boolean
}

/** One connection. Its whole memory is a cursor, a filter and the bytes its socket holds. */
export interface Session {
  /** One message from the client. */
  receive(message: Buffer, isBinary: boolean): void
  /** The log has grown. */
  wake(): void
  /** The network took some of what was buffered. */
  drained(): void
  /** Once per heartbeat: forgives old bad messages and tells a quiet client where it is. */
  beat(): void
  /** The connection is gone; nothing is sent any more. */
  end(): void
  readonly subscriber: string | undefined
  readonly filter: EventFilter
  /** True while the client reads more slowly than events come. */
  readonly blocked: boolean
  readonly sentEvents: number
  readonly badMessages: number
}

interface SessionOptions {
  socket: Socket
  identity: Identity
  /** How far this name was sent anything, over whatever connection. */
  reached: Reached
  events: EventLog
  subscribers: Subscribers
  command: CommandPort
  log: Log
}

const MAX_BAD_MESSAGES = 20
const FORGIVEN_PER_BEAT = 5
const MAX_COMMANDS_IN_FLIGHT = 32
/** A client that keeps asking without reading the answers is let go at this many buffered bytes. */
const MAX_UNREAD_BYTES = 1024 * 1024

/** WebSocket close codes (RFC 6455, 7.4.1). */
export const CLOSE = { goingAway: 1001, policy: 1008, tooLarge: 1009, internal: 1011 } as const

export function createSession(options: SessionOptions): Session {
  const { socket, identity, reached, events, subscribers, command, log } = options
  const reader = createReader({ socket, events, onFailure: fail })
  let subscriber: string | undefined
  let filter: EventFilter = {}
  let ended = false
  /** Grows with each `subscribe`; an older one that is still being stored must not win. */
  let subscription = 0
  let subscribed = false
  let commandsInFlight = 0
  let badNow = 0
  let badMessages = 0

  function tell(message: DispatchMessage): void {
    if (ended) return
    if (socket.bufferedBytes > MAX_UNREAD_BYTES) close(CLOSE.policy, 'answers are not read')
    else socket.send(JSON.stringify(message))
  }

  function refuse(code: DispatchErrorCode, message: string, id?: CommandId): void {
    tell({ type: 'error', ...(id !== undefined && { id }), code, message })
  }

  /** A client that keeps talking nonsense is broken or hostile. */
  function refuseBad(code: DispatchErrorCode, message: string, id?: CommandId): void {
    badMessages++
    badNow++
    refuse(code, message, id)
    if (badNow > MAX_BAD_MESSAGES) close(CLOSE.policy, 'too many bad messages')
  }

  function close(code: number, reason: string): void {
    if (ended) return
    end()
    socket.close(code, reason)
  }

  function end(): void {
    if (!ended) leaveName()
    ended = true
    reader.stop()
  }

  function fail(err: unknown): void {
    log.error({ err, subscriber }, 'ledger could not be read for a subscriber')
    refuse(toAppError(err).code, 'the ledger cannot be read')
    close(CLOSE.internal, 'the ledger cannot be read')
  }

  async function subscribe(message: ClientMessage & { type: 'subscribe' }): Promise<void> {
    const mine = ++subscription
    const { subscriber: name } = message
    if (name !== undefined && !identity.mayUse(name))
      return refuse('forbidden', `${identity.name} may not subscribe as ${name}`)
    const start = resolveStart(message, events, subscribers)
    if ('badCursor' in start) return refuseBad('bad_cursor', start.badCursor)
    if (name !== undefined && subscribers.get(name) === undefined) {
      try {
        await subscribers.register(name, start.after)
      } catch (error) {
        const { code, message: text } = toAppError(error)
        return refuse(code, text)
      }
    }
    if (ended || mine !== subscription) return
    leaveName()
    subscribed = true
    subscriber = name
    filter = message.filter ?? {}
    if (name !== undefined) subscribers.seen(name)
    tell({
      type: 'subscribed',
      ...(name !== undefined && { subscriber: name }),
      after: String(start.after),
      latest: String(events.latest),
      ledger: events.ledgerId,
    })
    reader.start(start.after, toEventTest(filter, name !== undefined))
  }

  /** What was sent under the name may be acknowledged over the next connection too. */
  function leaveName(): void {
    if (subscriber === undefined) return
    reached.note(subscriber, reader.cursor)
    subscribers.seen(subscriber)
  }

  function acknowledge({ cursor, ledger }: ClientMessage & { type: 'ack' }): void {
    const seq = parseCursor(cursor)
    if (!subscribed) refuseBad('not_subscribed', 'subscribe first')
    else if (seq === null || seq > events.latest || (ledger !== undefined && ledger !== events.ledgerId))
      refuseBad('bad_cursor', 'no such cursor in this ledger')
    else if (subscriber !== undefined) acknowledgeSent(subscriber, seq)
  }

  /** Acknowledging what nobody was sent would lose it. It may have come over another connection. */
  function acknowledgeSent(name: string, seq: number): void {
    if (seq <= Math.max(reader.cursor, reached.get(name))) subscribers.acknowledge(name, seq)
    else refuseBad('bad_cursor', `nothing was sent up to ${seq} yet`)
  }

  async function obey(message: ClientMessage & { type: 'command' }): Promise<void> {
    const { id } = message
    const echo = id === undefined ? {} : { id }
    if (commandsInFlight >= MAX_COMMANDS_IN_FLIGHT)
      return refuse('too_many_requests', `more than ${MAX_COMMANDS_IN_FLIGHT} commands under way`, id)
    commandsInFlight++
    try {
      const alert = await command(message.command, identity.name)
      tell({ type: 'result', ...echo, ok: true, alert: toAlertView(alert) })
    } catch (err) {
      const { code, message: text } = toAppError(err)
      if (code === 'internal') log.error({ err }, 'dispatch command failed')
      refuse(code, text, id)
    } finally {
      commandsInFlight--
    }
  }

  return {
    receive(bytes, isBinary) {
      if (ended) return
      if (bytes.length > MAX_MESSAGE_BYTES) return close(CLOSE.tooLarge, `messages may have ${MAX_MESSAGE_BYTES} bytes`)
      if (isBinary) return refuseBad('bad_request', 'messages are text')
      const message = parseClientMessage(bytes.toString())
      if ('bad' in message) return refuseBad('bad_request', message.bad, message.id)
      if (message.type === 'ack') return acknowledge(message)
      void (message.type === 'subscribe' ? subscribe(message) : obey(message))
    },
    wake: () => reader.pump(),
    drained: () => reader.drained(),
    beat() {
      badNow = Math.max(0, badNow - FORGIVEN_PER_BEAT)
      reader.tellProgress()
    },
    end,
    get subscriber() {
      return subscriber
    },
    get filter() {
      return filter
    },
    get blocked() {
      return reader.blocked
    },
    get sentEvents() {
      return reader.sentEvents
    },
    get badMessages() {
      return badMessages
    },
  }
}
