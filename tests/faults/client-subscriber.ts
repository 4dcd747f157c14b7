import WebSocket from 'ws'
import type { AlertEventView } from '../../core/alert-view.ts'
import { createDispatchClient } from '../../core/dispatch-client/index.ts'
import { systemTimers, type Timers } from '../../core/timers.ts'
import type { Random } from './random.ts'
import { createNotebook, type Subscriber } from './subscriber.ts'
import type { Habits } from './subscriber-habits.ts'

/** Faults come here every few seconds: who waits 15 s between two attempts, as the client does, is hardly ever there. */
const IMPATIENT: Timers = { after: (ms, run) => systemTimers.after(ms > 15_000 ? ms : ms / 10, run) }

/** A subscriber that leaves it all to the client that comes with huying. */
export function createClientSubscriber(options: {
  url: string
  token: string
  habits: Habits
  random: Random
  isCurtain(event: AlertEventView): boolean
  /** Hears of every event, in order, some of them again. */
  onEvent?(event: AlertEventView): void
}): Subscriber {
  const { url, token, habits, random, isCurtain, onEvent } = options
  const notebook = createNotebook(habits, random, isCurtain)
  let connection = 0
  const client = createDispatchClient({
    ...{ url, token, WebSocket, random: random.next, timers: IMPATIENT },
    subscriber: habits.name,
    after: 'earliest',
    ...(habits.filter && { filter: habits.filter }),
    onSubscribed({ after }) {
      connection = notebook.subscribed(Number(after))
    },
    onEvent(event, cursor) {
      const acknowledge = notebook.took(connection, event, Number(cursor))
      onEvent?.(event)
      if (acknowledge !== undefined) client.ack(String(acknowledge))
    },
  })
  return {
    record: notebook.record,
    live() {
      client.start()
      return notebook.curtain
    },
    calm: notebook.calm,
    close: client.close,
    get longestGapMs() {
      return notebook.longestGapMs
    },
  }
}
