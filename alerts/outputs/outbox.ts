import { isOpen } from '../../core/alert.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { AlertEvent, DeliveryEvent } from '../../core/ledger-entry.ts'
import type { Log } from '../../core/log.ts'
import type { Memo, OutgoingEvent, Output } from '../../core/output.ts'
import type { DeadLetter, Delivered, OutputState } from '../../core/output-desk.ts'
import { systemTimers, type Timers } from '../../core/timers.ts'
import type { EventLog, LoggedEvent } from '../event-log.ts'
import { afterFailure, RETRIES, type RetryPolicy } from './after-failure.ts'
import { createDeadLetters } from './dead-letters.ts'
import { deliverOnce } from './deliver-once.ts'
import type { OutboxMemory, OutboxStore } from './outbox-store.ts'
import { toOutgoing } from './to-outgoing.ts'
import { hasTold, type Item, memoOf, nextDelivery, nextDueMs, settled } from './window.ts'

/** Carries the events of the ledger to one output: in order, at least once, no faster than it takes them. */
export interface Outbox {
  /** Continues where it was; a new one begins after the latest event, which is stored before this resolves. */
  start(): Promise<void>
  /** Calls off what is under way and stores where it is. May be called twice. */
  stop(): Promise<void>
  state(): OutputState
  /** Newest first. */
  deadLetters(): DeadLetter[]
  /** As `OutputDesk.replay`. */
  replay(ids: readonly string[] | null, by: string): Promise<number>
  /** One delivery past the queue. Rejects with what the output said. */
  test(event: OutgoingEvent): Promise<void>
}

interface OutboxOptions {
  output: Output
  events: EventLog
  store: OutboxStore
  /** Whether the routing tree sends this event here, whoever was told before. */
  routes(event: AlertEvent): boolean
  /** Writes into the ledger; calls back once that is durable. */
  write(entry: DeliveryEvent, onCommitted: () => void): void
  onDelivered?(delivered: Delivered): void
  clock: Clock
  log: Log
  timers?: Timers
  random?: () => number
  retries?: RetryPolicy
  /** Longest attempt, ms. */
  timeoutMs?: number
  /** Events of different alerts that may be under way together. */
  atOnce?: number
  /** Dead letters on the list at most. */
  maxLetters?: number
}

const READ_BATCH = 256
/** Events between cursor and reading position. */
const WINDOW = 256
const READ_AGAIN_MS = 5_000

export function createOutbox(options: OutboxOptions): Outbox {
  const { output, events, store, clock, log, timers = systemTimers, random = Math.random } = options
  const { retries = RETRIES, timeoutMs = 10_000, maxLetters = 1000 } = options
  // A bundle is made of what waits at the front.
  const atOnce = output.pace ? 1 : (options.atOnce ?? 1)
  const { name, kind } = output
  const counts = { delivered: 0, retried: 0, givenUp: 0 }
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  let items: Item[] = []
  let told = new Map<string, Memo>()
  let readTo = 0
  let underWay = 0
  let lastDeliveredMs: number | undefined
  let failing: OutputState['failing']
  let isReading = false
  let isStarted = false
  let disarm: (() => void) | undefined
  let unlisten: (() => void) | undefined
  const letters = createDeadLetters({ events, output: name, limit: maxLetters, write: options.write, clock })

  const cursor = () => (items[0] ? items[0].outgoing.seq - 1 : readTo)

  function memory(): OutboxMemory {
    const { list, dropped } = letters.snapshot()
    return { cursor: cursor(), told, letters: list, dropped, ...(failing && { failing }) }
  }

  const remember = () => store.changed(memory)

  /** Reads on while there is room: from the ring at once, from the files in one go, after which it comes back here. */
  function fill(): void {
    while (!isReading && items.length < WINDOW) {
      const found = events.read(readTo, READ_BATCH)
      if (!Array.isArray(found)) return void readFiles(found)
      if (found.length === 0) return
      take(found)
    }
  }

  async function readFiles(found: Promise<LoggedEvent[]>): Promise<void> {
    isReading = true
    try {
      const logged = await found
      isReading = false
      if (logged.length > 0 && logged[0]?.seq !== readTo + 1)
        throw new AppError('journal_corrupt', 'entries of the ledger are missing', { afterSeq: readTo })
      take(logged)
      pump()
    } catch (err) {
      isReading = false
      log.error({ err, output: name }, 'an output cannot read the ledger')
      noteFailure(toAppError(err))
      if (!stopping.signal.aborted) timers.after(READ_AGAIN_MS, pump)
    }
  }

  function take(logged: LoggedEvent[]): void {
    const before = cursor()
    for (const { seq, event } of logged) {
      if (items.length >= WINDOW) break
      readTo = seq
      if (event) admit(seq, event)
    }
    settle()
    if (cursor() !== before) remember()
  }

  function admit(seq: number, event: AlertEvent): void {
    const { alert } = event
    const isTold = hasTold(items, told, alert.id)
    const isLast = !isOpen(alert)
    const isWanted = event.push !== false && (output.takes?.(event) ?? true) && (isTold || options.routes(event))
    // Also what it is not told of may be the end of an alert that it was told of.
    if (!isWanted && !(isTold && isLast)) return
    items.push({
      outgoing: toOutgoing(events.ledgerId, seq, event),
      ...{ isLast, isTold: isWanted, state: isWanted ? 'waiting' : 'done' },
      ...{ attempts: 0, firstTriedMs: null, dueMs: 0 },
    })
  }

  function settle(): void {
    const { done, rest } = settled(items)
    for (const item of done) {
      const { id } = item.outgoing.event.alert
      if (item.isLast) told.delete(id)
      else told.set(id, item.memo ?? told.get(id) ?? {})
    }
    items = rest
  }

  /** Starts what can be started now and comes back when the next may be. */
  function pump(): void {
    if (!isStarted || stopping.signal.aborted) return
    fill()
    disarm?.()
    disarm = undefined
    const nowMs = clock.nowMs()
    let wakeMs = nextDueMs(items, nowMs)
    while (underWay < atOnce) {
      const { afterMs, atMost } = output.pace?.(nowMs) ?? { afterMs: 0, atMost: 1 }
      const chosen = nextDelivery(items, atMost, nowMs)
      if (chosen.length === 0) break
      if (afterMs > 0) {
        wakeMs = Math.min(wakeMs ?? Number.POSITIVE_INFINITY, nowMs + afterMs)
        break
      }
      track(attempt(chosen))
    }
    const letter = letters.nextReplay()
    if (letter) track(replayOne(letter))
    if (wakeMs !== null) disarm = timers.after(Math.max(1, wakeMs - nowMs), pump)
  }

  function track(work: Promise<void>): void {
    running.add(work)
    void work.finally(() => running.delete(work))
  }

  const once = (batch: readonly OutgoingEvent[]) =>
    deliverOnce(output, batch, { timeoutMs, stopped: stopping.signal, timers })

  async function attempt(chosen: Item[]): Promise<void> {
    underWay++
    const nowMs = clock.nowMs()
    for (const item of chosen) {
      item.state = 'under way'
      item.attempts++
      item.firstTriedMs ??= nowMs
      const before = memoOf(items, told, item)
      if (before) item.outgoing.before = before
    }
    try {
      const memos = await once(chosen.map(({ outgoing }) => outgoing))
      for (const item of chosen) finish(item, memos?.get(item.outgoing.event.alert.id))
      noteSuccess(chosen.map(({ outgoing }) => outgoing))
    } catch (thrown) {
      await Promise.all(chosen.map((item) => fail(item, toAppError(thrown))))
    } finally {
      underWay--
    }
    settle()
    remember()
    pump()
  }

  function finish(item: Item, memo?: Memo): void {
    item.state = 'done'
    if (memo) item.memo = memo
  }

  /** Resolves when the item waits for its next attempt, or is durably given up. */
  async function fail(item: Item, error: AppError): Promise<void> {
    if (stopping.signal.aborted) {
      item.state = 'waiting'
      return
    }
    noteFailure(error)
    const { attempts, firstTriedMs, outgoing } = item
    const nowMs = clock.nowMs()
    const tried = { error, attempts, firstTriedMs: firstTriedMs ?? nowMs }
    const next = afterFailure(tried, retries, { nowMs, random: random() })
    if (next.again === 'later') {
      counts.retried++
      item.dueMs = next.dueMs
      item.state = 'waiting'
      return
    }
    await giveUp(outgoing, attempts, error)
    finish(item)
  }

  async function giveUp(outgoing: OutgoingEvent, attempts: number, error: AppError): Promise<void> {
    log.warn({ output: name, event: outgoing.view.id, attempts, err: error }, 'delivery given up')
    await letters.add(outgoing, attempts, error)
    counts.givenUp++
  }

  /** A single attempt: what comes new must not wait behind what failed for good. */
  async function replayOne(letter: DeadLetter): Promise<void> {
    try {
      const outgoing = await letters.eventOf(letter.seq)
      try {
        const before = told.get(letter.alertId)
        await once([before ? { ...outgoing, before } : outgoing])
        letters.remove(letter)
        noteSuccess([outgoing])
      } catch (thrown) {
        if (!stopping.signal.aborted) {
          noteFailure(toAppError(thrown))
          await giveUp(outgoing, letter.attempts + 1, toAppError(thrown))
        }
      }
    } catch (err) {
      log.error({ err, output: name }, 'a dead letter cannot be read from the ledger')
      letters.rest(letter)
    }
    letters.replayEnded()
    remember()
    pump()
  }

  function noteSuccess(arrived: readonly OutgoingEvent[]): void {
    if (failing) log.info({ output: name }, 'output delivers again')
    failing = undefined
    const atMs = clock.nowMs()
    lastDeliveredMs = atMs
    counts.delivered += arrived.length
    for (const { seq, event, view } of arrived) {
      const { id: alertId, test: isTest = false } = event.alert
      options.onDelivered?.({ output: name, seq, eventId: view.id, alertId, isTest, atMs })
    }
  }

  function noteFailure(error: AppError): void {
    if (!failing) log.warn({ output: name, err: error }, 'output fails')
    failing = { sinceMs: failing?.sinceMs ?? clock.nowMs(), code: error.code, reason: error.message }
  }

  async function restore(): Promise<void> {
    const before = await store.load()
    readTo = Math.min(before?.cursor ?? events.latest, events.latest)
    told = before?.told ?? told
    failing = before?.failing
    letters.restore(before?.letters ?? [], before?.dropped ?? 0)
    remember()
    await store.flush()
  }

  return {
    async start() {
      await restore()
      await output.start?.(told)
      isStarted = true
      unlisten = events.onAdvance(pump)
      pump()
    },
    async stop() {
      unlisten?.()
      disarm?.()
      stopping.abort()
      // What waits for the ledger may wait for long: it is delivered again after the next start.
      await Promise.race([
        Promise.allSettled([...running]),
        new Promise((resolve) => timers.after(2_000, () => resolve(null))),
      ])
      await output.stop?.()
      await store.stop()
    },
    state: () => ({
      ...{ name, kind, cursor: cursor(), lag: Math.max(0, events.latest - cursor()) },
      ...counts,
      deadLetters: letters.size,
      deadLettersDropped: letters.snapshot().dropped,
      ...(lastDeliveredMs !== undefined && { lastDeliveredMs }),
      ...(failing && { failing }),
    }),
    deadLetters: letters.newestFirst,
    async replay(ids, by) {
      const count = await letters.order(ids, by)
      remember()
      pump()
      return count
    },
    async test(event) {
      await once([event])
      failing = undefined
      remember()
    },
  }
}
