import type { RecordEntry } from '../../../core/observation.ts'
import type { Queryable } from '../engine.ts'
import { createWhere } from './where.ts'

interface StoredRecord extends Pick<RecordEntry, 'deviceId' | 'recordId' | 'recordType' | 'atMs'> {
  filed: Pick<RecordEntry, 'address' | 'position' | 'body'>
}

/** Newest first, by the time they were filed. */
export async function selectRecords(db: Queryable, query: { type?: string; limit: number }): Promise<RecordEntry[]> {
  const where = createWhere()
  where.add('record_type =', 'text', query.type)
  const limit = where.param('int', query.limit)
  const rows = await db.query<StoredRecord>(
    `select device_id as "deviceId", record_id as "recordId", record_type as "recordType",
       (extract(epoch from at) * 1000)::float8 as "atMs", filed
     from record ${where.text()} order by at desc, device_id desc, record_id desc limit ${limit}`,
    where.params,
  )
  return rows.map(({ filed, ...record }) => ({ kind: 'record', ...record, ...filed }))
}
