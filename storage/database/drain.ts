import type { JournalEntry } from '../../core/journal.ts'
import type { Log } from '../../core/log.ts'
import type { JournalReader } from '../journal/read-journal.ts'
import { type BadEntry, collectIntake } from './collect-intake.ts'
import type { Engine, Queryable } from './engine.ts'
import type { Flavour } from './migrate.ts'
import { createPartitions } from './partitions.ts'
import { isMissingTable, isRowFault } from './sql-errors.ts'
import { storeIntake } from './store-intake.ts'
import { collectLedger, storeLedger } from './store-ledger.ts'

export type LogName = 'intake' | 'ledger'

/** One transaction takes at most this much, so that a query never waits long for its turn: some 2,000 to 4,000 readings. */
const BATCH_ENTRIES = 2_000
const BATCH_BYTES = 128 * 1024
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
  const storeBatch = name === 'intake' ? createIntakeStore(parts) : createLedgerStore(parts)
  let seq = position?.seq ?? 0
  let quarantined = 0
  let waiting: JournalEntry[] = []

  async function storeOnce(entries: JournalEntry[], bad: BadEntry[]): Promise<void> {
    const last = (entries.at(-1) ?? bad.at(-1)?.entry)?.seq ?? seq
    const faults = await storeBatch(entries, async (tx, found) => {
      for (const { entry, reason } of [...bad, ...found]) await setAside(tx, entry, reason)
      await tx.query(SAVE_POSITION, [journalId, name, last])
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

  return {
    get seq() {
      return seq
    },
    get quarantined() {
      return quarantined
    },
    async step(committedSeq) {
      if (waiting.length === 0) waiting = await reader.read(seq, committedSeq, BATCH_ENTRIES)
      const [first] = waiting
      if (first === undefined) return false
      if (first.seq > seq + 1)
        log.error(
          { log: name, afterSeq: seq, firstSeq: first.seq },
          'journal entries were deleted before they were stored',
        )
      const batch = waiting.splice(0, batchLength(waiting))
      try {
        await store(batch)
      } catch (err) {
        waiting = []
        throw err
      }
      return true
    },
  }
}

/** Something in the entry, not in the database: its row was refused, or it could not even be encoded. */
function isEntryFault(thrown: unknown): boolean {
  return isRowFault(thrown) || thrown instanceof TypeError || thrown instanceof RangeError
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

/** Stores entries and, in the same transaction, calls `finish`; gives back what was at fault in them. */
type BatchStore = (
  entries: JournalEntry[],
  finish: (tx: Queryable, bad: BadEntry[]) => Promise<void>,
) => Promise<BadEntry[]>

function createIntakeStore({ engine, flavour }: DrainParts): BatchStore {
  const isPlain = flavour === 'plain'
  const partitions = createPartitions(engine)
  return async (entries, finish) => {
    const batch = collectIntake(entries, isPlain)
    for (const month of batch.months.values()) await partitions.ensure(month)
    try {
      await engine.write(async (tx) => {
        await storeIntake(tx, batch, isPlain)
        await finish(tx, batch.bad)
      })
    } catch (err) {
      if (isMissingTable(err)) partitions.forget()
      throw err
    }
    return batch.bad
  }
}

function createLedgerStore({ engine, journalId }: DrainParts): BatchStore {
  return async (entries, finish) => {
    const batch = collectLedger(entries)
    await engine.write(async (tx) => {
      await storeLedger(tx, journalId, batch)
      await finish(tx, batch.bad)
    })
    return batch.bad
  }
}
