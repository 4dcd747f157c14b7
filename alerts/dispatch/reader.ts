import { AppError } from '../../core/errors.ts'
import type { EventLog, LoggedEvent } from '../event-log.ts'
import type { EventTest } from './event-filter.ts'

interface Sink {
  send(message: string | Buffer): void
  readonly bufferedBytes: number
}

/** Carries one subscriber's events from the log to its socket, no faster than the socket takes them. */
export interface Reader {
  /** Begins after this position; what was under way for another position stops. */
  start(afterSeq: number, passes: EventTest): void
  stop(): void
  /** Sends what there is. Harmless at any time. */
  pump(): void
  /** The socket has room again, perhaps. */
  drained(): void
  /** Tells a client that has everything where it is, also as a sign of life. */
  tellProgress(): void
  readonly blocked: boolean
  readonly sentEvents: number
  /** Position up to which everything was sent or filtered out; 0 before the start. */
  readonly cursor: number
}

/** Nothing more is sent while the socket holds this much, bytes. */
export const HIGH_WATER_BYTES = 256 * 1024
/** A blocked reader goes on when the socket holds no more than this, bytes. */
const LOW_WATER_BYTES = 64 * 1024
const READ_BATCH = 128
/** Entries that were passed over before the client is told that it may acknowledge beyond them. */
const PROGRESS_AFTER = 200

interface ReaderOptions {
  socket: Sink
  events: EventLog
  /** The log could not be read. */
  onFailure(error: unknown): void
}

export function createReader({ socket, events, onFailure }: ReaderOptions): Reader {
  let passes: EventTest = () => true
  let cursor = 0
  /** Last position the client has heard of. */
  let told = 0
  let sentEvents = 0
  let blocked = false
  let running = false
  /** Grows with `start` and `stop`: a read that comes back for an older one is dropped. */
  let epoch = 0
  let reading = false

  function send(logged: LoggedEvent[]): void {
    for (const { seq, event, message } of logged) {
      if (socket.bufferedBytes >= HIGH_WATER_BYTES) {
        blocked = true
        return
      }
      if (event && message && passes(event)) {
        socket.send(message)
        sentEvents++
        told = seq
      }
      cursor = seq
      if (cursor - told >= PROGRESS_AFTER) tell()
    }
  }

  function tell(): void {
    socket.send(JSON.stringify({ type: 'progress', cursor: String(cursor) }))
    told = cursor
  }

  /** From the ring as long as it can, else one read of the files, after which it comes back here. */
  function pump(): void {
    while (running && !blocked && !reading) {
      const found = events.read(cursor, READ_BATCH)
      if (!Array.isArray(found)) receive(found, epoch)
      else if (found.length === 0) return
      else send(found)
    }
  }

  function receive(found: Promise<LoggedEvent[]>, asked: number): void {
    reading = true
    found.then(
      (logged) => {
        reading = false
        if (asked !== epoch) return pump()
        if (logged.length === 0) return
        if (logged[0]?.seq !== cursor + 1) return onFailure(new AppError('not_found', 'entries are no longer stored'))
        send(logged)
        pump()
      },
      (error: unknown) => {
        reading = false
        if (asked === epoch) onFailure(error)
        else pump()
      },
    )
  }

  return {
    start(afterSeq, wanted) {
      epoch++
      passes = wanted
      cursor = afterSeq
      told = afterSeq
      running = true
      blocked = socket.bufferedBytes >= HIGH_WATER_BYTES
      pump()
    },
    stop() {
      epoch++
      running = false
    },
    pump,
    drained() {
      if (!blocked || socket.bufferedBytes > LOW_WATER_BYTES) return
      blocked = false
      pump()
    },
    tellProgress() {
      if (running && !blocked && !reading) tell()
    },
    get blocked() {
      return blocked
    },
    get sentEvents() {
      return sentEvents
    },
    get cursor() {
      return cursor
    },
  }
}
