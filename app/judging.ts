import type { AlertBook, AlertCommand } from '../alerts/alert-book.ts'
import type { NoiseOrders } from '../alerts/noise/orders.ts'
import type { Alert } from '../core/alert.ts'
import type { Clock } from '../core/clock.ts'
import { AppError, toAppError } from '../core/errors.ts'
import type { ReviewEvent } from '../core/finding-events.ts'
import type { Submit } from '../core/front-door.ts'
import type { HouseWord } from '../core/house-events.ts'
import { decodeObservation, encodeArrival } from '../core/intake-entry.ts'
import type { Journal } from '../core/journal.ts'
import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'
import type { Arrival, Observation } from '../core/observation.ts'
import type { Signal } from '../core/signal.ts'
import type { PatrolJudge } from '../detectors/patrol/patrol-judge.ts'
import type { PatrolWord } from '../detectors/patrol/patrol-state.ts'
import type { LedgerWriter } from './ledger.ts'

/** Decisions that may wait for the ledger before new observations are turned away. */
const MAX_LEDGER_BACKLOG = 10_000
const TICK_MS = 100
const REPLAY_BATCH = 2_000

/** The one place where an observation is journaled, judged, and its alerts are written down. */
export interface Judging {
  submit: Submit
  /** Applies a person's command; resolves when it is durable. Throws `not_found`, `conflict`, `bad_request`. */
  command(command: AlertCommand, by: string): Promise<Alert>
  /**
   * A person's word on more than one alert. Resolves with its entry once that is durable, rejects with what `make` throws.
   */
  order<T extends LedgerEntry>(make: (orders: NoiseOrders, nowMs: number) => T): Promise<T>
  /**
   * A person's word on a finding, a patrol, a house or a record: taken in at once, after the observation `afterSeq`. Resolves with the entry
   * once it is durable, rejects with what `make` throws.
   */
  say<T extends PatrolWord | HouseWord>(make: (at: { nowMs: number; afterSeq: number }) => T): Promise<T>
  /** What a word that is in the ledger means for alerts, where a crash came between; nothing where they know it. */
  settle(review: ReviewEvent): void
  /** Signals that no observation caused: a condition of huying itself, a changed rule set. */
  signal(signals: Signal[]): void
  /** Judges what the journal holds after `afterSeq`: what a crash left unjudged. Returns how many. */
  replay(afterSeq: number): Promise<number>
  /**
   * Lets time pass to where the ledger shows that it had come before a crash: what time alone decided then is decided
   * again, so that it is known to hold, and changes nothing. So is what people said after the last observation.
   */
  catchUp(clockMs: number): void
  start(): void
  stop(): void
  /** Position and clock of the last judged observation. */
  readonly judged: { seq: number; clockMs: number }
}

interface Ports {
  journal: Journal
  ledger: LedgerWriter
  judge: PatrolJudge
  book: AlertBook
  clock: Clock
  log: Log
  /** Last judged position and clock of the snapshot that `judge` and `book` came from. */
  from: { seq: number; clockMs: number }
  /** Sees every observation after it was judged, live and in a replay. */
  onObservation(observation: Observation): void
  /** Called once the event is durable. */
  onEvent(event: AlertEvent, seq: number): void
}

export function createJudging(ports: Ports): Judging {
  const { journal, ledger, judge, book, clock, log } = ports
  const judged = { ...ports.from }
  let inFlight = 0
  let lastArrivalMs = ports.from.clockMs
  let ticker: NodeJS.Timeout | undefined
  let hasResumed = false

  function publish(events: AlertEvent[]): void {
    for (const event of events) ledger.write(event, (seq, written) => ports.onEvent(written, seq))
  }

  function signal(signals: Signal[]): void {
    for (const one of signals) publish(book.applySignal(one))
  }

  /** A judge that throws is a fault of ours: it must cost neither the acknowledgement nor the next observation. */
  function judgeOne(observation: Observation): void {
    try {
      signal(judge.observe(observation))
      publish(book.advance(observation.arrivalMs))
      ports.onObservation(observation)
    } catch (err) {
      log.error({ err, seq: observation.seq, deviceId: observation.deviceId }, 'observation could not be judged')
    }
    judged.seq = observation.seq
    judged.clockMs = observation.arrivalMs
  }

  /** While arrivals are in flight their own times move the clock; a tick must not run ahead of them. */
  function tick(): void {
    if (inFlight > 0) return
    const nowMs = Math.max(lastArrivalMs, clock.nowMs())
    if (isDue(judge.nextDueMs(), nowMs)) {
      lastArrivalMs = nowMs
      judged.clockMs = nowMs
      signal(judge.advance(nowMs))
    }
    publish(hasResumed ? book.advance(nowMs) : book.resumeAt(nowMs))
    hasResumed = true
  }

  /** Writes a person's word, then what it means for alerts at once. */
  function obey<T extends LedgerEntry>(entry: T, nowMs: number, onCommitted: (entry: T) => void): void {
    ledger.write(entry, (seq, written: T) => {
      if (isAlertEvent(written)) ports.onEvent(written, seq)
      onCommitted(written)
    })
    publish(book.advance(nowMs))
  }

  return {
    submit(arrival, done) {
      if (ledger.backlog > MAX_LEDGER_BACKLOG) return done(new AppError('overloaded', 'the ledger is behind'))
      lastArrivalMs = Math.max(lastArrivalMs, clock.nowMs())
      const arrivalMs = lastArrivalMs
      inFlight++
      const seq = journal.append(encodeArrival(arrival, arrivalMs), (error) => {
        inFlight--
        if (!error) judgeOne(toObservation(arrival, seq, arrivalMs))
        done(error)
      })
    },
    command(command, by) {
      return new Promise((resolve, reject) => {
        const nowMs = clock.nowMs()
        try {
          const outcome = book.applyCommand({ ...command, by }, nowMs)
          // What it says again may still be on its way to the disk.
          if ('unchanged' in outcome) return resolve(ledger.settled().then(() => outcome.unchanged))
          obey(outcome.event, nowMs, ({ alert }) => resolve(alert))
        } catch (error) {
          reject(toAppError(error))
        }
      })
    },
    order(make) {
      return new Promise((resolve, reject) => {
        const nowMs = clock.nowMs()
        try {
          obey(make(book.orders, nowMs), nowMs, resolve)
        } catch (error) {
          reject(toAppError(error))
        }
      })
    },
    say(make) {
      return new Promise((resolve, reject) => {
        const nowMs = Math.max(lastArrivalMs, clock.nowMs())
        try {
          const entry = make({ nowMs, afterSeq: judged.seq })
          lastArrivalMs = nowMs
          ledger.write(entry, () => resolve(entry))
          // Before the rules hear of it: what ends by a person's word ends in that person's name.
          if (entry.type === 'finding.reviewed') publish(book.review(entry))
          signal(judge.say(entry))
          publish(book.advance(nowMs))
        } catch (error) {
          reject(toAppError(error))
        }
      })
    },
    settle: (review) => publish(book.review(review)),
    signal,
    async replay(afterSeq) {
      let position = afterSeq
      for (;;) {
        const entries = await journal.read(position, REPLAY_BATCH)
        if (entries.length === 0) return position - afterSeq
        for (const { seq, bytes } of entries) judgeOne(decodeObservation(seq, bytes))
        position = entries.at(-1)?.seq ?? position
        lastArrivalMs = Math.max(lastArrivalMs, judged.clockMs)
      }
    },
    catchUp(clockMs) {
      judged.clockMs = Math.max(judged.clockMs, clockMs)
      lastArrivalMs = Math.max(lastArrivalMs, judged.clockMs)
      signal(judge.advance(judged.clockMs))
    },
    start() {
      ticker ??= setInterval(tick, TICK_MS)
    },
    stop() {
      clearInterval(ticker)
      ticker = undefined
    },
    judged,
  }
}

function isDue(dueMs: number | null, nowMs: number): boolean {
  return dueMs !== null && dueMs <= nowMs
}

/** Readings, the bulk of the traffic, are spelt out: objects made in one way are read much faster than merged ones. */
function toObservation(arrival: Arrival, seq: number, arrivalMs: number): Observation {
  if (arrival.kind !== 'readings') return { ...arrival, seq, arrivalMs }
  const { kind, deviceId, messageSeq, samples } = arrival
  return { kind, deviceId, messageSeq, samples, seq, arrivalMs }
}
