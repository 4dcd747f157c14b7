import type { LedgerQuery, LedgerRow } from '../../core/history.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { encodeLedgerRecord, NO_PREVIOUS, recordHash } from '../../core/ledger-record.ts'
import type { Page } from '../../core/page.ts'
import { toRecordRow } from '../../storage/database/store-records.ts'

/** What the database would say of a ledger with these entries. */
export function askMemoryLedger(entries: readonly LedgerEntry[], query: LedgerQuery): Page<LedgerRow> {
  return askRecords(chained(entries), query)
}

/** The same of records as they lie on disk. */
export function askRecords(records: readonly Buffer[], query: LedgerQuery): Page<LedgerRow> {
  const found = records
    .map((bytes, index) => toRecordRow({ seq: index + 1, bytes }))
    .filter(
      ({ entry, subjects, type, by, atMs }) =>
        entry.seq < Number(query.cursor ?? Number.POSITIVE_INFINITY) &&
        entry.seq < (query.beforeSeq ?? Number.POSITIVE_INFINITY) &&
        (query.subject === undefined || subjects.includes(query.subject)) &&
        (query.type === undefined || query.type === type || `${type.split('.')[0]}.*` === query.type) &&
        (query.by ?? by) === by &&
        (atMs ?? 0) >= (query.fromMs ?? Number.NEGATIVE_INFINITY) &&
        (atMs ?? 0) < (query.toMs ?? Number.POSITIVE_INFINITY),
    )
    .reverse()
  const page = found.slice(0, query.limit)
  return {
    items: page.map(({ entry, type, atMs, by, leafHash }) => ({
      ...{ seq: entry.seq, type, atMs, by },
      ...{ leafHash: leafHash.toString('hex'), bytes: entry.bytes },
    })),
    ...(found.length > page.length && { nextCursor: `${page.at(-1)?.entry.seq}` }),
  }
}

/** The entries as the ledger writes them. */
export function chained(entries: readonly LedgerEntry[]): Buffer[] {
  let prev = NO_PREVIOUS
  return entries.map((entry, index) => {
    const bytes = Buffer.from(encodeLedgerRecord(entry, index + 1, prev))
    prev = recordHash(bytes).toString('hex')
    return bytes
  })
}
