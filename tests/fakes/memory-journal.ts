import { AppError } from '../../core/errors.ts'
import type { Journal, JournalEntry } from '../../core/journal.ts'

export interface MemoryJournal extends Journal {
  /** Makes the oldest `count` pending entries durable (all of them by default); only needed with `commit: 'by hand'`. */
  commit(count?: number): void
  /** Gives up everything pending with this error; their positions are given again. */
  fail(error: AppError): void
  /** What a process finds that starts after a kill: the durable entries and nothing else. This one is dead from then on. */
  crash(): MemoryJournal
  /** How often `read` was called. */
  readonly reads: number
}

interface MemoryJournalOptions {
  id?: string
  /** `at once`: durable in a microtask after the append; `by hand`: only when the test says `commit`. */
  commit?: 'at once' | 'by hand'
  /** Durable entries to begin with, positions from 1. */
  entries?: Buffer[]
}

interface Pending {
  bytes: Buffer
  onCommitted: (error: AppError | null) => void
}

/** The journal's contract in memory: position at once, durability later and in order, never inside `append`. */
export function createMemoryJournal(options: MemoryJournalOptions = {}): MemoryJournal {
  const { id = 'memory', commit: mode = 'at once' } = options
  const stored: Buffer[] = [...(options.entries ?? [])]
  const listeners = new Set<(committedSeq: number) => void>()
  let pending: Pending[] = []
  let firstSeq = 1
  let state: 'open' | 'closed' = 'open'
  let reads = 0

  function commit(count = pending.length): void {
    const batch = pending.slice(0, count)
    if (batch.length === 0 || state === 'closed') return
    pending = pending.slice(count)
    for (const entry of batch) stored.push(entry.bytes)
    for (const entry of batch) entry.onCommitted(null)
    for (const listener of [...listeners]) listener(stored.length)
  }

  function fail(error: AppError): void {
    const batch = pending
    pending = []
    for (const entry of batch) entry.onCommitted(error)
  }

  return {
    id,
    append(entry, onCommitted) {
      if (state === 'closed') {
        queueMicrotask(() => onCommitted(new AppError('stopped', 'the journal is closed')))
        return 0
      }
      pending.push({ bytes: Buffer.from(entry as string), onCommitted })
      if (mode === 'at once') queueMicrotask(() => commit())
      return stored.length + pending.length
    },
    async read(afterSeq, limit) {
      reads++
      const from = Math.max(afterSeq, firstSeq - 1)
      const entries: JournalEntry[] = []
      for (let i = from; i < stored.length && entries.length < limit; i++)
        entries.push({ seq: i + 1, bytes: stored[i] as Buffer })
      return entries
    },
    async release(seq) {
      firstSeq = Math.max(firstSeq, Math.min(seq, stored.length + 1))
    },
    status: () => ({
      firstSeq,
      committedSeq: stored.length,
      pendingEntries: pending.length,
      bytesOnDisk: stored.reduce((sum, bytes) => sum + bytes.length, 0),
      state,
    }),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      commit()
      state = 'closed'
    },
    commit,
    fail,
    crash() {
      state = 'closed'
      pending = []
      return createMemoryJournal({ id, commit: mode, entries: stored })
    },
    get reads() {
      return reads
    },
  }
}
