import { type AlertBook, type AlertBookSnapshot, type AlertCommand, createAlertBook } from '../../alerts/alert-book.ts'
import type { NoiseSettings } from '../../alerts/noise/settings.ts'
import { AppError } from '../../core/errors.ts'
import type { AlertEvent, LedgerEntry, ServiceEvent, SilenceEvent } from '../../core/ledger-entry.ts'
import type { Signal } from '../../core/signal.ts'

/** What is put into a book, in order. Orders of people are given as the call that makes them. */
export type Input =
  | { signal: Signal }
  | { command: AlertCommand & { by: string }; nowMs: number }
  | { order: (book: AlertBook) => SilenceEvent | ServiceEvent; nowMs: number }
  | { nowMs: number }

export function describeAlert({ subject }: Pick<Signal, 'subject'>) {
  return {
    ...(subject.place !== undefined && { place: subject.place }),
    labels: { gateway: `gw-${subject.device?.at(-1)}` },
  }
}

export function aNoisyBook(noise: NoiseSettings, snapshot?: AlertBookSnapshot): AlertBook {
  return createAlertBook({
    describe: describeAlert,
    noise,
    ...(snapshot && { snapshot }),
  })
}

/** The entries that an input causes, with those that it makes due at once. What is refused causes none. */
export function put(book: AlertBook, input: Input): LedgerEntry[] {
  if ('signal' in input) return book.applySignal(input.signal)
  const entry = obey(book, input)
  return [...(entry ? [entry] : []), ...book.advance(input.nowMs)]
}

function obey(book: AlertBook, input: Exclude<Input, { signal: Signal }>): LedgerEntry | null {
  try {
    if ('order' in input) return input.order(book)
    const outcome = 'command' in input ? book.applyCommand(input.command, input.nowMs) : {}
    return 'event' in outcome ? (outcome.event as AlertEvent) : null
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** A service that crashes: its ledger and signals as files, its book as memory. */
export function createCrashingBook(noise: NoiseSettings) {
  let book = aNoisyBook(noise)
  let ledger: LedgerEntry[] = []
  let committed = 0
  let nowMs = 0
  /** `from` and `to`: the entries it caused, so that a crash knows what it takes away. */
  let inputs: { input: Input; from: number; to: number }[] = []
  const signals: Signal[] = []
  let stored = { text: JSON.stringify(book.snapshot()), ledgerLength: 0, signals: 0 }

  return {
    put(input: Input): void {
      nowMs = Math.max(nowMs, 'signal' in input ? input.signal.order.clockMs : input.nowMs)
      if ('signal' in input) signals.push(input.signal)
      const from = ledger.length
      ledger.push(...put(book, input))
      inputs.push({ input, from, to: ledger.length })
    },
    /** Part of what has been decided so far becomes durable. */
    commit(entries: number): void {
      committed = Math.min(ledger.length, committed + entries)
    },
    snapshot(): void {
      committed = ledger.length
      stored = { text: JSON.stringify(book.snapshot()), ledgerLength: ledger.length, signals: signals.length }
    },
    /** A person's word counts once its own entry, the first, is durable; what it made due comes again by itself. */
    crash(): void {
      ledger = ledger.slice(0, committed)
      inputs = inputs.filter(
        ({ input, from, to }) =>
          'signal' in input || (!('command' in input) && !('order' in input)) || (to > from && from < committed),
      )
      book = aNoisyBook(noise, JSON.parse(stored.text) as AlertBookSnapshot)
      for (const entry of ledger.slice(stored.ledgerLength)) book.applyEntry(JSON.parse(JSON.stringify(entry)))
      for (const signal of signals.slice(stored.signals)) ledger.push(...book.applySignal(signal))
      ledger.push(...book.resumeAt(nowMs))
      inputs.push({ input: { nowMs }, from: ledger.length, to: ledger.length })
    },
    book: () => book,
    end: () => ({ snapshot: book.snapshot(), ledger, inputs: inputs.map(({ input }) => input) }),
  }
}

export function runWithoutCrash(inputs: Input[], noise: NoiseSettings) {
  const book = aNoisyBook(noise)
  const ledger: LedgerEntry[] = []
  for (const input of inputs) ledger.push(...put(book, input))
  return { snapshot: book.snapshot(), ledger }
}

export function alertEvents(ledger: LedgerEntry[]): AlertEvent[] {
  return ledger.filter((entry): entry is AlertEvent => 'alert' in entry)
}
