import type { JournalEntry } from '../../core/journal.ts'
import { type BadEntry, collectIntake, type IntakeBatch } from './collect-intake.ts'
import type { Engine, Queryable } from './engine.ts'
import type { Flavour } from './migrate.ts'
import { createPartitions } from './partitions.ts'
import { isDuplicate, isMissingTable } from './sql-errors.ts'
import { type InsertMode, storeIntake } from './store-intake.ts'
import { collectLedger, type LedgerBatch, storeLedger } from './store-ledger.ts'
import { storeRecords, toRecordRow } from './store-records.ts'

/** After a reading that was there already, so many batches are stored the slower way that does not mind. */
const CAREFUL_BATCHES = 100

/** How the entries of one journal get into tables. */
export interface BatchStore {
  /** Sorts entries ahead of time; `store` of the same array then finds it done. */
  collect(entries: JournalEntry[]): void
  /**
   * Stores entries and, in the same transaction, what `finish` adds; gives back what was at fault in them. `refused` are
   * those before them that can't be stored: what is kept of every entry is kept of them too.
   */
  store(
    entries: JournalEntry[],
    refused: JournalEntry[],
    finish: (tx: Queryable, bad: BadEntry[]) => Promise<void>,
  ): Promise<BadEntry[]>
}

export function createIntakeStore({ engine, flavour }: { engine: Engine; flavour: Flavour }): BatchStore {
  const isPlain = flavour === 'plain'
  const partitions = createPartitions(engine)
  const collected = remember<IntakeBatch>((entries) => collectIntake(entries, isPlain))
  let carefulBatches = 0

  /** Where one reading came twice, more will: a device sends again, or a range is drained again after a kill. */
  async function writeHopefully(write: (mode: InsertMode) => Promise<void>): Promise<void> {
    try {
      await write('hopeful')
    } catch (err) {
      if (!isDuplicate(err)) throw err
      carefulBatches = CAREFUL_BATCHES
      await write('careful')
    }
  }

  return {
    collect: collected,
    async store(entries, _refused, finish) {
      const batch = collected(entries)
      for (const month of batch.months.values()) await partitions.ensure(month)
      const write = (mode: InsertMode) =>
        engine.write(async (tx) => {
          await Promise.all([storeIntake(tx, batch, { mode, marksHours: isPlain }), finish(tx, batch.bad)])
        })
      try {
        await (carefulBatches > 0 ? write('careful') : writeHopefully(write))
        carefulBatches = Math.max(0, carefulBatches - 1)
      } catch (err) {
        if (isMissingTable(err)) partitions.forget()
        throw err
      }
      return batch.bad
    },
  }
}

export function createLedgerStore({ engine, journalId }: { engine: Engine; journalId: string }): BatchStore {
  const collected = remember<LedgerBatch>(collectLedger)
  return {
    collect: collected,
    async store(entries, refused, finish) {
      const batch = collected(entries)
      const records = [...refused.map(toRecordRow), ...batch.records]
      return engine.write(async (tx) => {
        const bad = [...batch.bad, ...(await storeRecords(tx, journalId, records))]
        await Promise.all([storeLedger(tx, journalId, batch), finish(tx, bad)])
        return bad
      })
    },
  }
}

function remember<Batch>(collect: (entries: JournalEntry[]) => Batch): (entries: JournalEntry[]) => Batch {
  const known = new WeakMap<JournalEntry[], Batch>()
  return (entries) => {
    const batch = known.get(entries) ?? collect(entries)
    known.set(entries, batch)
    return batch
  }
}
