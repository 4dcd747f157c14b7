import { createBoundedQueue } from '../../core/bounded-queue.ts'

export interface Message {
  /** `events`, `osd`: the DJI topics of that name. */
  channel: 'readings' | 'frames' | 'waveforms' | 'events' | 'osd'
  payload: Buffer
}

/** Hands one message over; `done` is called once, with the error if it was not acknowledged. */
export type Publish<M> = (message: M, done: (error?: Error | null) => void) => void

export interface OutboxCounts {
  sent: number
  acknowledged: number
  /** Given up: the buffer was full, or the connection ended before the acknowledgement. */
  dropped: number
}

/** What a sender holds: some waiting messages, and a few that are not acknowledged yet. */
export interface Outbox<M = Message> {
  readonly counts: Readonly<OutboxCounts>
  /** Nothing waits and nothing is under way. */
  readonly isIdle: boolean
  push(message: M): void
  /** Sends while there is something to send and room for it. Call it when the connection is there. */
  pump(): void
  /** The device lost its power: what waited and what was under way counts as dropped, late answers no longer count. */
  forget(): void
}

export interface OutboxBounds {
  waiting: number
  inFlight: number
}

/** Of a small device. */
const SMALL: OutboxBounds = { waiting: 200, inFlight: 16 }

/** `publish` is only called while `isOpen` says so; `onIdle` each time when all is acknowledged or given up. */
export function createOutbox<M = Message>(
  isOpen: () => boolean,
  publish: Publish<M>,
  onIdle = () => {},
  bounds = SMALL,
): Outbox<M> {
  const waiting = createBoundedQueue<M>(bounds.waiting)
  const counts: OutboxCounts = { sent: 0, acknowledged: 0, dropped: 0 }
  let inFlight = 0
  let connection = 0

  function pump(): void {
    while (inFlight < bounds.inFlight && isOpen()) {
      const message = waiting.shift()
      if (message === undefined) return
      const sentOn = connection
      inFlight++
      counts.sent++
      publish(message, (error) => settle(sentOn, error))
    }
  }

  function settle(sentOn: number, error: Error | null | undefined): void {
    if (sentOn !== connection) return
    inFlight--
    if (error) counts.dropped++
    else counts.acknowledged++
    pump()
    if (isIdle()) onIdle()
  }

  function isIdle(): boolean {
    return inFlight === 0 && waiting.size === 0
  }

  return {
    counts,
    get isIdle() {
      return isIdle()
    },
    pump,
    push(message) {
      if (!waiting.push(message)) counts.dropped++
      pump()
    },
    forget() {
      counts.dropped += inFlight + waiting.size
      while (waiting.shift() !== undefined);
      inFlight = 0
      connection++
      onIdle()
    },
  }
}
