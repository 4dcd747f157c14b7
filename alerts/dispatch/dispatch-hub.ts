import { type Clock, systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { SubscriberState } from '../../core/subscriber-desk.ts'
import { systemTimers, type Timers } from '../../core/timers.ts'
import type { EventLog } from '../event-log.ts'
import { createLagAges } from './lag-ages.ts'
import { createReached } from './reached.ts'
import { CLOSE, type CommandPort, createSession, type Identity, type Session, type Socket } from './session.ts'
import type { Subscribers } from './subscribers.ts'

/** A socket as the hub sees it: it can also be asked for a sign of life, and be dropped without a word. */
export interface LiveSocket extends Socket {
  ping(): void
  terminate(): void
}

/** One connection, as the transport drives it. */
export interface Connection {
  receive(message: Buffer, isBinary: boolean): void
  /** A pong came, or buffered bytes were taken. */
  alive(): void
  drained(): void
  /** Must be called when the connection is gone, for whatever reason. */
  gone(): void
}

/** All dispatch connections, whatever carries them. */
export interface DispatchHub {
  start(): void
  /** Says goodbye (1001) to everybody and drops who has not left after two seconds. May be called twice. */
  stop(): void
  /** False when there are too many connections, or the hub is stopped. */
  readonly accepts: boolean
  connect(socket: LiveSocket, identity: Identity): Connection
  status(): DispatchStatus
  /** Throws `not_found`, and `conflict` while the name is connected. */
  checkRemovable(subscriber: string): SubscriberState
  /** Forgets a name that may be removed. */
  remove(subscriber: string): Promise<void>
  measurements(): Measurement[]
}

export interface DispatchStatus {
  sessions: number
  /** Sessions that read more slowly than events come. */
  blockedSessions: number
  sentEvents: number
  badMessages: number
  /** Connections dropped because they gave no sign of life. */
  droppedSessions: number
  subscribers: SubscriberState[]
}

interface DispatchHubOptions {
  events: EventLog
  subscribers: Subscribers
  command: CommandPort
  log: Log
  clock?: Clock
  timers?: Timers
  /** ms between two pings. */
  heartbeatMs?: number
  maxSessions?: number
}

/** Pings that may stay unanswered. */
const MISSES_ALLOWED = 2
const GOODBYE_MS = 2000

interface Member {
  session: Session
  socket: LiveSocket
  misses: number
}

export function createDispatchHub(options: DispatchHubOptions): DispatchHub {
  const { events, subscribers, log, clock = systemClock, timers = systemTimers } = options
  const { heartbeatMs = 15_000, maxSessions = 500 } = options
  const ages = createLagAges(events, clock)
  const reached = createReached()
  const members = new Set<Member>()
  const past = { sentEvents: 0, badMessages: 0, dropped: 0 }
  let stopListening: (() => void) | undefined
  let cancelBeat: (() => void) | undefined

  function beat(): void {
    cancelBeat = timers.after(heartbeatMs, beat)
    for (const member of members) {
      if (member.misses >= MISSES_ALLOWED) {
        past.dropped++
        log.info({ subscriber: member.session.subscriber }, 'dispatch connection gave no sign of life')
        member.socket.terminate()
        continue
      }
      member.misses++
      member.socket.ping()
      member.session.beat()
    }
  }

  function leave(member: Member): void {
    if (!members.delete(member)) return
    member.session.end()
    past.sentEvents += member.session.sentEvents
    past.badMessages += member.session.badMessages
  }

  function states(sessions: Session[]): SubscriberState[] {
    const byName = new Map<string | undefined, Session[]>()
    for (const session of sessions) byName.set(session.subscriber, [...(byName.get(session.subscriber) ?? []), session])
    return subscribers.all().map(({ name, acknowledged, seenMs }) => {
      const own = byName.get(name) ?? []
      return {
        ...{ name, connected: own.length, acknowledged },
        lag: Math.max(0, events.latest - acknowledged),
        lagS: ages.of(name, acknowledged),
        filters: own.map(({ filter }) => filter),
        ...(seenMs !== undefined && { seenMs }),
      }
    })
  }

  function checkRemovable(subscriber: string): SubscriberState {
    const found = status().subscribers.find(({ name }) => name === subscriber)
    if (!found) throw new AppError('not_found', 'no such subscriber', { subscriber })
    if (found.connected > 0) throw new AppError('conflict', 'the subscriber is connected', { subscriber })
    return found
  }

  function status(): DispatchStatus {
    const sessions = [...members].map((member) => member.session)
    return {
      sessions: sessions.length,
      blockedSessions: sessions.filter((session) => session.blocked).length,
      sentEvents: sessions.reduce((sum, session) => sum + session.sentEvents, past.sentEvents),
      badMessages: sessions.reduce((sum, session) => sum + session.badMessages, past.badMessages),
      droppedSessions: past.dropped,
      subscribers: states(sessions),
    }
  }

  return {
    start() {
      stopListening ??= events.onAdvance(() => {
        for (const { session } of members) session.wake()
      })
      cancelBeat ??= timers.after(heartbeatMs, beat)
    },
    stop() {
      stopListening?.()
      cancelBeat?.()
      stopListening = undefined
      cancelBeat = undefined
      for (const member of [...members]) {
        leave(member)
        member.socket.close(CLOSE.goingAway, 'the service stops')
        timers.after(GOODBYE_MS, () => member.socket.terminate())
      }
    },
    get accepts() {
      return stopListening !== undefined && members.size < maxSessions
    },
    connect(socket, identity) {
      const { command } = options
      const session = createSession({ socket, identity, reached, events, subscribers, command, log })
      const member: Member = { session, socket, misses: 0 }
      members.add(member)
      /** Of a client that does not read, only that it reads again is a sign of life: pongs cost it nothing. */
      const alive = () => {
        if (!session.blocked) member.misses = 0
      }
      return {
        receive(message, isBinary) {
          alive()
          session.receive(message, isBinary)
        },
        alive,
        drained() {
          if (session.blocked) member.misses = 0
          session.drained()
        },
        gone: () => leave(member),
      }
    },
    status,
    checkRemovable,
    async remove(subscriber) {
      checkRemovable(subscriber)
      ages.forget(subscriber)
      reached.forget(subscriber)
      await subscribers.remove(subscriber)
    },
    measurements: () => toMeasurements(status()),
  }
}

function toMeasurements(status: DispatchStatus): Measurement[] {
  const { sessions, blockedSessions, sentEvents, badMessages, droppedSessions, subscribers } = status
  return [
    gauge('huying_dispatch_sessions', 'dispatch connections', sessions),
    gauge('huying_dispatch_blocked_sessions', 'dispatch connections that read too slowly', blockedSessions),
    counter('huying_dispatch_sent_events_total', 'events sent to dispatch connections', sentEvents),
    counter('huying_dispatch_bad_messages_total', 'messages of dispatch clients that were refused', badMessages),
    counter('huying_dispatch_dropped_sessions_total', 'dispatch connections without a sign of life', droppedSessions),
    ...subscribers.map(({ name, lag }) => ({
      ...gauge('huying_dispatch_lag_entries', 'ledger entries a subscriber has not acknowledged', lag),
      labels: { subscriber: name },
    })),
    ...subscribers.flatMap(({ name, lagS }) =>
      lagS === null
        ? []
        : {
            ...gauge('huying_dispatch_lag_seconds', 'age of the first entry a subscriber has not acknowledged', lagS),
            labels: { subscriber: name },
          },
    ),
  ]
}

function gauge(name: string, help: string, value: number): Measurement {
  return { name, help, kind: 'gauge', value }
}
function counter(name: string, help: string, value: number): Measurement {
  return { name, help, kind: 'counter', value }
}
