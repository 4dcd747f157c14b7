import { createEventLog } from '../../../alerts/event-log.ts'
import type { RetryPolicy } from '../../../alerts/outputs/after-failure.ts'
import { createOutbox } from '../../../alerts/outputs/outbox.ts'
import { createOutboxStore } from '../../../alerts/outputs/outbox-store.ts'
import { AppError } from '../../../core/errors.ts'
import type { AlertEvent, DeliveryEvent, LedgerEntry } from '../../../core/ledger-entry.ts'
import { silentLog } from '../../../core/log.ts'
import type { OutgoingEvent, Output } from '../../../core/output.ts'
import type { Delivered } from '../../../core/output-desk.ts'
import { createHandTimers } from '../../fakes/hand-timers.ts'
import { createMemoryJournal, type MemoryJournal } from '../../fakes/memory-journal.ts'

export const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

type Answer = 'takes it' | 'is away' | 'refuses' | 'hangs' | AppError

/** The other side, as a test wants it to be. */
export function anOtherSide(over: Partial<Output> = {}) {
  const received: OutgoingEvent[] = []
  const attempts: number[][] = []
  let answer: (event: OutgoingEvent) => Answer = () => 'takes it'
  const output: Output = {
    name: 'siren',
    kind: 'test',
    async deliver(events) {
      attempts.push(events.map(({ seq }) => seq))
      const said = answer(events[0] as OutgoingEvent)
      if (said === 'hangs') return new Promise<undefined>(() => {})
      if (said === 'is away') throw new AppError('delivery_failed', 'nobody there')
      if (said === 'refuses') throw new AppError('delivery_refused', 'not wanted')
      if (said instanceof AppError) throw said
      received.push(...events)
      return undefined
    },
    ...over,
  }
  return {
    output,
    received,
    attempts,
    seqs: () => received.map(({ seq }) => seq),
    /** What it says from now on, to all or as each event asks. */
    answers(next: Answer | ((event: OutgoingEvent) => Answer)) {
      answer = typeof next === 'function' ? next : () => next
    },
  }
}

interface Options {
  ledger?: MemoryJournal
  /** What is remembered; the same one given twice is a restart. */
  file?: { text: string | null }
  routes?: (event: AlertEvent) => boolean
  retries?: RetryPolicy
  atOnce?: number
  maxLetters?: number
  output?: Output
}

/** An outbox over a ledger in memory, with time moved by hand. */
export async function anOutbox(options: Options = {}) {
  const { ledger = createMemoryJournal(), file = { text: null } } = options
  const timers = createHandTimers()
  let nowMs = 1_000_000
  const events = createEventLog({ ledger })
  const deliveredTo: Delivered[] = []
  const side = anOtherSide()

  function write(entry: LedgerEntry, onCommitted?: () => void): number {
    const seq = ledger.append(JSON.stringify(entry), (error) => {
      if (error) return
      events.offer(seq, entry)
      onCommitted?.()
    })
    return seq
  }
  const outbox = createOutbox({
    output: options.output ?? side.output,
    ...{ events, timers, log: silentLog, clock: { nowMs: () => nowMs } },
    store: createOutboxStore({
      ...{ output: 'siren', ledgerId: ledger.id, log: silentLog, timers },
      load: async () => file.text,
      save: async (text) => {
        file.text = text
      },
    }),
    routes: options.routes ?? (() => true),
    write: (entry: DeliveryEvent, onCommitted) => void write(entry, onCommitted),
    onDelivered: (delivered) => deliveredTo.push(delivered),
    random: () => 1,
    timeoutMs: 10_000,
    ...(options.retries && { retries: options.retries }),
    ...(options.atOnce !== undefined && { atOnce: options.atOnce }),
    ...(options.maxLetters !== undefined && { maxLetters: options.maxLetters }),
  })
  await outbox.start()
  return {
    ...{ outbox, side, ledger, file, events, deliveredTo },
    /** Puts entries into the ledger and waits for what follows; with their positions. */
    async write(...entries: LedgerEntry[]): Promise<number[]> {
      const seqs = entries.map((entry) => write(entry))
      await settle()
      return seqs
    },
    async advance(ms: number): Promise<void> {
      // In small steps, as what a timer starts may set another.
      for (let left = ms; left > 0; left -= 500) {
        nowMs += Math.min(500, left)
        timers.advance(Math.min(500, left))
        await settle()
      }
    },
    async stop(): Promise<void> {
      const stopped = outbox.stop()
      await settle()
      timers.advance(5_000)
      await stopped
    },
    /** Entries of this kind in the ledger. */
    async inLedger(type: string): Promise<LedgerEntry[]> {
      const all = await ledger.read(0, 10_000)
      return all.map(({ bytes }) => JSON.parse(String(bytes)) as LedgerEntry).filter((entry) => entry.type === type)
    },
  }
}
