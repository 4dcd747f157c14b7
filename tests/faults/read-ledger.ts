import { join } from 'node:path'
import { decodeLedgerRecord } from '../../core/ledger-record.ts'
import { silentLog } from '../../core/log.ts'
import { openJournal } from '../../storage/journal/open-journal.ts'
import type { WrittenLedger, WrittenRecord } from './testimony.ts'

/** Reads the whole ledger of a service that has ended. */
export async function readLedger(dataDir: string): Promise<WrittenLedger> {
  const journal = await openJournal({ dir: join(dataDir, 'data/journal/ledger'), log: silentLog })
  const records: WrittenRecord[] = []
  for (;;) {
    const entries = await journal.read(records.at(-1)?.seq ?? 0, 5_000)
    if (entries.length === 0) break
    for (const { seq, bytes } of entries) records.push(toRecord(seq, bytes))
  }
  await journal.close()
  return { id: journal.id, records }
}

export function toRecord(seq: number, bytes: Buffer): WrittenRecord {
  const { seq: saidSeq, prev, entry } = decodeLedgerRecord(bytes)
  return { seq, bytes, entry, ...(saidSeq !== undefined && prev !== undefined && { says: { seq: saidSeq, prev } }) }
}
