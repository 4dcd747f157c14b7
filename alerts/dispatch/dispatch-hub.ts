import type { Log } from '../../core/log.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { EventLog } from '../event-log.ts'
import { CLOSE, type CommandPort, createSession, type Session, type Socket } from './session.ts'
import type { Subscribers } from './subscribers.ts'
import { systemTimers, type Timers } from './timers.ts'

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
  connect(socket: LiveSocket, name: string): Connection
  status(): DispatchStatus
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
  subscribers: { name: string; connected: number; acknowledged: number; lag: number }[]
}

interface DispatchHubOptions {
  events: EventLog
  subscribers: Subscribers
  command: CommandPort
  log: Log
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
  const { events, subscribers, log, timers = systemTimers, heartbeatMs = 15_000, maxSessions = 500 } = options
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

  function status(): DispatchStatus {
    const sessions = [...members].map((member) => member.session)
    const { latest } = events
    return {
      sessions: sessions.length,
      blockedSessions: sessions.filter((session) => session.blocked).length,
      sentEvents: sessions.reduce((sum, session) => sum + session.sentEvents, past.sentEvents),
      badMessages: sessions.reduce((sum, session) => sum + session.badMessages, past.badMessages),
      droppedSessions: past.dropped,
      subscribers: subscribers.all().map(({ name, acknowledged }) => ({
        name,
        acknowledged,
        connected: sessions.filter((session) => session.subscriber === name).length,
        lag: Math.max(0, latest - acknowledged),
      })),
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
    connect(socket, name) {
      const { command } = options
      const session = createSession({ socket, name, events, subscribers, command, log })
      const member: Member = { session, socket, misses: 0 }
      members.add(member)
      return {
        receive(message, isBinary) {
          member.misses = 0
          session.receive(message, isBinary)
        },
        alive() {
          member.misses = 0
        },
        drained() {
          if (session.blocked) member.misses = 0
          session.drained()
        },
        gone: () => leave(member),
      }
    },
    status,
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
  ]
}

function gauge(name: string, help: string, value: number): Measurement {
  return { name, help, kind: 'gauge', value }
}
function counter(name: string, help: string, value: number): Measurement {
  return { name, help, kind: 'counter', value }
}
