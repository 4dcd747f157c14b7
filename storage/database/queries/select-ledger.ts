import type { LedgerQuery, LedgerRow } from '../../../core/history.ts'
import type { Page } from '../../../core/page.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { createWhere, type Where } from './where.ts'

interface StoredRow extends Omit<LedgerRow, 'bytes'> {
  base64: string
}

/** Bytes as text, since the two drivers give `bytea` in different forms. */
const COLUMNS = `r.seq::float8 as seq, r.type, (extract(epoch from r.at) * 1000)::float8 as "atMs", r.by_whom as by,
  encode(r.leaf_hash, 'hex') as "leafHash", encode(r.record, 'base64') as base64`

/** Newest first, by position. */
export async function selectLedger(db: Queryable, query: LedgerQuery): Promise<Page<LedgerRow>> {
  const where = filter(query)
  const place = query.subject === undefined ? 'r.seq' : 's.seq'
  if (query.cursor !== undefined) {
    const [seq] = parseCursor(query.cursor, ['integer'])
    where.add(`${place} <`, 'bigint', seq)
  }
  where.add(`${place} <`, 'bigint', query.beforeSeq)
  const limit = where.param('int', query.limit + 1)
  const rows = await db.query<StoredRow>(
    `select ${COLUMNS} from ledger_record as r ${query.subject === undefined ? '' : BY_SUBJECT}
     ${where.text()} order by ${place} desc limit ${limit}`,
    where.params,
  )
  const items = rows.slice(0, query.limit).map(toRow)
  const last = items.at(-1)
  if (rows.length <= query.limit || last === undefined) return { items }
  return { items, nextCursor: toCursor([last.seq]) }
}

const BY_SUBJECT = 'join ledger_subject as s on s.ledger_id = r.ledger_id and s.seq = r.seq'

function filter({ ledger, subject, type, by, fromMs, toMs }: LedgerQuery): Where {
  const where = createWhere()
  where.add('r.ledger_id =', 'text', ledger)
  if (subject !== undefined) {
    where.add('s.ledger_id =', 'text', ledger)
    where.add('s.subject =', 'text', subject)
  }
  if (type?.endsWith('.*')) {
    // Between `alert.` and what comes after the full stop in the order of bytes.
    where.add('r.type >=', 'text', type.slice(0, -1))
    where.add('r.type <', 'text', `${type.slice(0, -2)}/`)
  } else where.add('r.type =', 'text', type)
  where.add('r.by_whom =', 'text', by)
  if (fromMs !== undefined) where.add('r.at >=', 'timestamptz', timestamptz(fromMs))
  if (toMs !== undefined) where.add('r.at <', 'timestamptz', timestamptz(toMs))
  return where
}

function toRow({ base64, ...row }: StoredRow): LedgerRow {
  return { ...row, bytes: Buffer.from(base64, 'base64') }
}
