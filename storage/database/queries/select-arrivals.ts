import type { ArrivalQuery, Arrived, ArrivedReadings } from '../../../core/arrival-history.ts'
import type { Page } from '../../../core/history.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { createWhere, type Where } from './where.ts'

const COLUMNS = `device_id as device, metric, (extract(epoch from at) * 1000)::float8 as "atMs", value,
  (extract(epoch from arrival) * 1000)::float8 as "arrivalMs", message_seq as "messageSeq"`

interface Row {
  device: string
  metric: string
  atMs: number
  value: number
  arrivalMs: number
  messageSeq: number
}

function arrivedWithin({ fromMs, toMs }: ArrivalQuery, afterMs: number | undefined): Where {
  const where = createWhere()
  where.add('arrival >=', 'timestamptz', timestamptz(afterMs ?? fromMs))
  where.add('arrival <', 'timestamptz', timestamptz(toMs))
  return where
}

/** In order of arrival; what arrived together is in order of device, metric and time. The index makes a page cost what it shows. */
export async function selectArrivedReadings(db: Queryable, query: ArrivalQuery): Promise<ArrivedReadings> {
  const key =
    query.cursor === undefined
      ? undefined
      : parseCursor(query.cursor, ['integer', 'string', 'string', 'integer', 'number', 'number'])
  const where = arrivedWithin(query, key?.[0] as number | undefined)
  if (key !== undefined) {
    const [arrivalMs, device, metric, atMs, value, seq] = key as [number, string, string, number, number, number]
    where.addKey('(arrival, device_id, metric, at, value, message_seq) >', [
      { type: 'timestamptz', value: timestamptz(arrivalMs) },
      { type: 'text', value: device },
      { type: 'text', value: metric },
      { type: 'timestamptz', value: timestamptz(atMs) },
      { type: 'float8', value },
      { type: 'float8', value: seq },
    ])
  }
  const limit = where.param('int', query.limit)
  const rows = await db.query<Row>(
    `select ${COLUMNS} from reading ${where.text()}
     order by arrival, device_id, metric, at, value, message_seq limit ${limit}`,
    where.params,
  )
  const last = rows.length < query.limit ? undefined : rows.at(-1)
  const columns = toColumns(rows)
  if (last === undefined) return columns
  const { arrivalMs, device, metric, atMs, value, messageSeq } = last
  return { ...columns, nextCursor: toCursor([arrivalMs, device, metric, atMs, value, messageSeq]) }
}

/** Names are few and repeated: each is told once. */
function toColumns(rows: Row[]): ArrivedReadings {
  const numbers = new Map<string, number>()
  const numberOf = (name: string) => {
    const known = numbers.get(name)
    if (known !== undefined) return known
    numbers.set(name, numbers.size)
    return numbers.size - 1
  }
  const columns = {
    device: new Uint32Array(rows.length),
    metric: new Uint32Array(rows.length),
    atMs: new Float64Array(rows.length),
    value: new Float64Array(rows.length),
    messageSeq: new Float64Array(rows.length),
    arrivalMs: new Float64Array(rows.length),
  }
  for (const [i, row] of rows.entries()) {
    columns.device[i] = numberOf(row.device)
    columns.metric[i] = numberOf(row.metric)
    columns.atMs[i] = row.atMs
    columns.value[i] = row.value
    columns.messageSeq[i] = row.messageSeq
    columns.arrivalMs[i] = row.arrivalMs
  }
  return { names: [...numbers.keys()], ...columns }
}

/** Frames that are analysed, records and statuses under one order. A frame's analysis counts as having come with it. */
const OTHERS = `
select arrival, 1 as sort, device_id, frame_id as id, jsonb_strip_nulls(jsonb_build_object(
    'kind', 'analysis', 'deviceId', device_id, 'frameId', frame_id, 'atMs', (extract(epoch from at) * 1000)::float8,
    'state', state, 'reason', reason, 'model', model, 'annotatedSha256', annotated_sha256))
    || jsonb_build_object('detections', detections) as arrived
  from frame where state <> 'queued'
union all
select arrival, 2, device_id, record_id, filed || jsonb_build_object(
    'kind', 'record', 'deviceId', device_id, 'recordId', record_id, 'recordType', record_type,
    'atMs', (extract(epoch from at) * 1000)::float8)
  from record
union all
select arrival, 3, device_id, (at::text || online::text) collate "C", jsonb_build_object(
    'kind', 'status', 'deviceId', device_id, 'online', online, 'atMs', (extract(epoch from at) * 1000)::float8)
  from device_status`

/** Everything but readings, in order of arrival. */
export async function selectArrivedOthers(db: Queryable, query: ArrivalQuery): Promise<Page<Arrived>> {
  const key =
    query.cursor === undefined ? undefined : parseCursor(query.cursor, ['integer', 'integer', 'string', 'string'])
  const where = arrivedWithin(query, key?.[0] as number | undefined)
  if (key !== undefined) {
    const [arrivalMs, sort, device, id] = key as [number, number, string, string]
    where.addKey('(arrival, sort, device_id, id) >', [
      { type: 'timestamptz', value: timestamptz(arrivalMs) },
      { type: 'int', value: sort },
      { type: 'text', value: device },
      { type: 'text', value: id },
    ])
  }
  const limit = where.param('int', query.limit)
  const rows = await db.query<{ arrivalMs: number; sort: number; device: string; id: string; arrived: Arrived }>(
    `select (extract(epoch from arrival) * 1000)::float8 as "arrivalMs", sort, device_id as device, id, arrived
     from (${OTHERS}) other ${where.text()} order by arrival, sort, device_id, id limit ${limit}`,
    where.params,
  )
  const items = rows.map(({ arrived, arrivalMs }) => ({ ...arrived, arrivalMs }))
  const last = rows.length < query.limit ? undefined : rows.at(-1)
  return last === undefined
    ? { items }
    : { items, nextCursor: toCursor([last.arrivalMs, last.sort, last.device, last.id]) }
}
