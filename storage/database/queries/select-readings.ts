import type { ReadingQuery, ReadingRow } from '../../../core/history.ts'
import type { Page } from '../../../core/page.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { createWhere, type Where } from './where.ts'

const COLUMNS = `device_id as device, metric, (extract(epoch from at) * 1000)::float8 as "atMs", value,
  (extract(epoch from arrival) * 1000)::float8 as "arrivalMs", message_seq as "messageSeq"`

function filter({ device, metric, fromMs, toMs }: ReadingQuery): Where {
  const where = createWhere()
  where.add('device_id =', 'text', device)
  where.add('metric =', 'text', metric)
  if (fromMs !== undefined) where.add('at >=', 'timestamptz', timestamptz(fromMs))
  if (toMs !== undefined) where.add('at <', 'timestamptz', timestamptz(toMs))
  return where
}

/** By device, metric, then device time, oldest first: the order of the index, so a page costs what it shows. */
export async function selectReadings(db: Queryable, query: ReadingQuery): Promise<Page<ReadingRow>> {
  const where = filter(query)
  if (query.cursor !== undefined) {
    const [device, metric, atMs, value, seq] = parseCursor(query.cursor, [
      'string',
      'string',
      'integer',
      'number',
      'number',
    ])
    where.addKey('(device_id, metric, at, value, message_seq) >', [
      { type: 'text', value: device as string },
      { type: 'text', value: metric as string },
      { type: 'timestamptz', value: timestamptz(atMs as number) },
      { type: 'float8', value: value as number },
      { type: 'float8', value: seq as number },
    ])
  }
  const limit = where.param('int', query.limit + 1)
  const rows = await db.query<ReadingRow & { messageSeq: number }>(
    `select ${COLUMNS} from reading ${where.text()} order by device_id, metric, at, value, message_seq limit ${limit}`,
    where.params,
  )
  const items = rows.slice(0, query.limit).map(({ messageSeq: _, ...row }) => row)
  const last = rows[query.limit - 1]
  if (rows.length <= query.limit || last === undefined) return { items }
  return { items, nextCursor: toCursor([last.device, last.metric, last.atMs, last.value, last.messageSeq]) }
}

/** Ignores limit and cursor. Costs a walk through the index of everything that matches. */
export async function countReadings(db: Queryable, query: ReadingQuery): Promise<number> {
  const where = filter(query)
  const [row] = await db.query<{ count: number }>(
    `select count(*)::float8 as count from reading ${where.text()}`,
    where.params,
  )
  return row?.count ?? 0
}
