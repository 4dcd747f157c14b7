import type { JournalEntry } from '../../core/journal.ts'
import { decodeLedgerRecord, recordHash } from '../../core/ledger-record.ts'
import { personOf, subjectsOf } from '../../core/ledger-subjects.ts'
import { byteaArray, float8Array, textArray, timestamptzArray } from './binary-array.ts'
import type { BadEntry } from './collect-intake.ts'
import type { Queryable } from './engine.ts'

/** A record of the ledger as its table has it. */
export interface RecordRow {
  entry: JournalEntry
  leafHash: Buffer
  /** Empty where the record can't be read. */
  type: string
  atMs: number | null
  by: string | null
  subjects: string[]
}

/** An index row holds some 2,700 bytes; what our own code writes is far shorter. */
const MAX_KEY = 200
/** From 4713 BC to the end of JavaScript's time: what both sides can say. */
const FIRST_MS = -210_866_803_200_000
const LAST_MS = 8.64e15

/** Tells which of them the table knew already with other bytes. */
const INSERT_RECORDS = `
with given as (
  select seq::bigint as seq, type, at, by_whom, record, leaf_hash
  from unnest($2::float8[], $3::text[], $4::timestamptz[], $5::text[], $6::bytea[], $7::bytea[])
    as r (seq, type, at, by_whom, record, leaf_hash)
), added as (
  insert into ledger_record (ledger_id, seq, type, at, by_whom, record, leaf_hash)
  select $1::text, seq, type, at, by_whom, record, leaf_hash from given
  on conflict do nothing
)
select given.seq::float8 as seq from given
join ledger_record as kept on kept.ledger_id = $1::text and kept.seq = given.seq
where kept.leaf_hash <> given.leaf_hash`

const INSERT_SUBJECTS = `
insert into ledger_subject (ledger_id, subject, seq)
select $1::text, subject, seq::bigint from unnest($2::text[], $3::float8[]) as s (subject, seq)
on conflict do nothing`

/** Never throws: what no code of ours would write is kept all the same, found by its position only. */
export function toRecordRow(entry: JournalEntry): RecordRow {
  const row = { entry, leafHash: recordHash(entry.bytes), type: '', atMs: null, by: null, subjects: [] }
  try {
    const { entry: decided } = decodeLedgerRecord(entry.bytes)
    const { type, atMs } = decided
    const by = personOf(decided)
    return {
      ...row,
      type: keyOf(type),
      atMs: Number.isFinite(atMs) && atMs >= FIRST_MS && atMs <= LAST_MS ? atMs : null,
      by: by === undefined ? null : keyOf(by),
      subjects: subjectsOf(decided).map(keyOf),
    }
  } catch {
    return row
  }
}

function keyOf(text: unknown): string {
  return String(text).replaceAll('\0', '').slice(0, MAX_KEY)
}

/**
 * Stores records inside the caller's transaction; storing them again changes nothing. Gives back those in whose place the
 * table holds another record: somebody put it there, or the ledger was.
 */
export async function storeRecords(tx: Queryable, ledgerId: string, rows: RecordRow[]): Promise<BadEntry[]> {
  if (rows.length === 0) return []
  const subjects = rows.flatMap(({ entry, subjects }) => subjects.map((subject) => ({ subject, seq: entry.seq })))
  const [others] = await Promise.all([
    tx.query<{ seq: number }>(INSERT_RECORDS, [
      ledgerId,
      float8Array(rows.map(({ entry }) => entry.seq)),
      textArray(rows.map(({ type }) => type)),
      timestamptzArray(rows.map(({ atMs }) => atMs)),
      textArray(rows.map(({ by }) => by)),
      byteaArray(rows.map(({ entry }) => entry.bytes)),
      byteaArray(rows.map(({ leafHash }) => leafHash)),
    ]),
    tx.query(INSERT_SUBJECTS, [
      ledgerId,
      textArray(subjects.map(({ subject }) => subject)),
      float8Array(subjects.map(({ seq }) => seq)),
    ]),
  ])
  const foreign = new Set(others.map(({ seq }) => seq))
  return rows
    .filter(({ entry }) => foreign.has(entry.seq))
    .map(({ entry }) => ({ entry, reason: 'the database holds another record in its place' }))
}
