import type { JournalEntry } from '../../core/journal.ts'
import type { Log } from '../../core/log.ts'
import type { JournalReader } from '../journal/read-journal.ts'
import { createIntakeStore, createLedgerStore } from './batch-stores.ts'
import type { BadEntry } from './collect-intake.ts'
import { isNotEncodable } from './encoded.ts'
import type { Engine, Queryable } from './engine.ts'
import type { Flavour } from './migrate.ts'
import { isRowFault } from './sql-errors.ts'

export type LogName = 'intake' | 'ledger'

/** One transaction takes at most this much, so that a query never waits long for its turn: some 2,000 to 5,000 readings. */
const BATCH_ENTRIES = 2_000
const BATCH_BYTES = 64 * 1024
const QUARANTINED_BYTES = 64 * 1024

const POSITION = `select seq::float8 as seq from drain_position where journal_id = $1::text`
const SAVE_POSITION = `
insert into drain_position (journal_id, log, seq) values ($1::text, $2::text, $3::bigint)
on conflict (journal_id) do update set seq = greatest(drain_position.seq, excluded.seq)`
const QUARANTINE = `
insert into quarantine (journal_id, seq, log, reason, entry)
values ($1::text, $2::bigint, $3::text, $4::text, $5::bytea) on conflict do nothing`

/** Moves one journal into the database, a batch at a time. */
export interface Drain {
  /** Position up to which everything is stored or set aside. */
  readonly seq: number
  /** Entries, or parts of them, set aside since this drain began. */
  readonly quarantined: number
  /** Stores the next batch up to `committedSeq`; false when there is none. Throws what the database or the journal throws. */
  step(committedSeq: number): Promise<boolean>
}

export interface DrainParts {
  engine: Engine
  flavour: Flavour
  name: LogName
  journalId: string
  reader: JournalReader
  log: Log
}

/** Takes up where the database says that this journal was left; a journal it never saw begins at 0. */
export async function openDrain(parts: DrainParts): Promise<Drain> {
  const { engine, name, journalId, reader, log } = parts
  const [position] = await engine.read((db) => db.query<{ seq: number }>(POSITION, [journalId]))
  const batches = name === 'intake' ? createIntakeStore(parts) : createLedgerStore(parts)
  let seq = position?.seq ?? 0
  let quarantined = 0
  let waiting: JournalEntry[] = []
  let next: JournalEntry[] = []

  async function storeOnce(entries: JournalEntry[], bad: BadEntry[]): Promise<void> {
    const last = (entries.at(-1) ?? bad.at(-1)?.entry)?.seq ?? seq
    const refused = bad.map(({ entry }) => entry)
    const faults = await batches.store(entries, refused, async (tx, found) => {
      const aside = [...bad, ...found].map(({ entry, reason }) => setAside(tx, entry, reason))
      await Promise.all([...aside, tx.query(SAVE_POSITION, [journalId, name, last])])
    })
    for (const { entry, reason } of [...bad, ...faults]) {
      quarantined++
      log.warn({ log: name, seq: entry.seq, reason }, 'journal entry set aside, the database cannot store it')
    }
    seq = last
  }

  async function setAside(tx: Queryable, entry: JournalEntry, reason: string): Promise<void> {
    const readable = reason.replaceAll('\0', '').slice(0, 500)
    await tx.query(QUARANTINE, [journalId, entry.seq, name, readable, entry.bytes.subarray(0, QUARANTINED_BYTES)])
  }

  /** Halves a batch that the database refuses until the entry at fault stands alone. */
  async function store(entries: JournalEntry[]): Promise<void> {
    try {
      await storeOnce(entries, [])
    } catch (err) {
      if (!isEntryFault(err)) throw err
      const [entry] = entries
      if (entry !== undefined && entries.length === 1)
        return storeOnce([], [{ entry, reason: err instanceof Error ? err.message : 'refused' }])
      const half = entries.length >> 1
      await store(entries.slice(0, half))
      await store(entries.slice(half))
    }
  }

  async function take(afterSeq: number, committedSeq: number): Promise<JournalEntry[]> {
    if (waiting.length === 0) waiting = await reader.read(afterSeq, committedSeq, BATCH_ENTRIES)
    return waiting.splice(0, batchLength(waiting))
  }

  /** Reads and sorts the next batch while the database is busy with this one. What fails here fails again in its turn. */
  async function lookAhead(batch: JournalEntry[], committedSeq: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    const upcoming = await take(batch.at(-1)?.seq ?? seq, committedSeq)
    batches.collect(upcoming)
    next = upcoming
  }

  function warnOfGap(firstSeq: number): void {
    if (firstSeq > seq + 1)
      log.error({ log: name, afterSeq: seq, firstSeq }, 'journal entries were deleted before they were stored')
  }

  return {
    get seq() {
      return seq
    },
    get quarantined() {
      return quarantined
    },
    async step(committedSeq) {
      const batch = next.length > 0 ? next : await take(seq, committedSeq)
      const [first] = batch
      if (first === undefined) return false
      next = []
      warnOfGap(first.seq)
      const [stored] = await Promise.allSettled([store(batch), lookAhead(batch, committedSeq)])
      if (stored.status === 'fulfilled') return true
      waiting = []
      next = []
      throw stored.reason
    },
  }
}

/** Something in the entry, not in the database: its row was refused, or it could not even be encoded. */
function isEntryFault(thrown: unknown): boolean {
  return isRowFault(thrown) || isNotEncodable(thrown)
}

function batchLength(entries: readonly JournalEntry[]): number {
  let bytes = 0
  let length = 0
  for (const entry of entries) {
    bytes += entry.bytes.length
    if (length > 0 && bytes > BATCH_BYTES) break
    length++
  }
  return length
}
