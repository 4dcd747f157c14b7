import type { ArrivalQuery, Arrived, ArrivedReadings, ToldBy } from '../../../core/arrival-history.ts'
import type { Page } from '../../../core/page.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { createWhere, type Where } from './where.ts'

/** One row that holds all columns: six times faster than a row per reading, in the database and here. */
interface Columns {
  devices: string[] | null
  metrics: string[] | null
  /** Doubles, most significant byte first, in base64. */
  times: string | null
  values: string | null
  numbers: string | null
  arrivals: string | null
}

const doubles = (column: string) => `encode(string_agg(float8send(${column}), ''::bytea), 'base64')`
const COLUMNS = `json_agg(device_id) as devices, json_agg(metric) as metrics, ${doubles('at_s')} as times,
  ${doubles('value')} as values, ${doubles('message_seq')} as numbers, ${doubles('arrival_s')} as arrivals`
const ROWS = `device_id, metric, date_part('epoch', at) as at_s, value, message_seq`
/** Both have an index, so that a page costs what it shows. */
const TIME: Record<ToldBy, string> = { arrival: 'arrival', measured: 'at' }

function cameWithin(time: string, { fromMs, toMs, devices }: ArrivalQuery, afterMs: number | undefined): Where {
  const where = createWhere()
  where.add(`${time} >=`, 'timestamptz', timestamptz(afterMs ?? fromMs))
  where.add(`${time} <`, 'timestamptz', timestamptz(toMs))
  if (devices !== undefined) where.addOneOf('device_id', 'text', devices)
  return where
}

/** What came together is in order of device, metric and time. */
export async function selectArrivedReadings(db: Queryable, query: ArrivalQuery): Promise<ArrivedReadings> {
  const key =
    query.cursor === undefined
      ? undefined
      : parseCursor(query.cursor, ['integer', 'string', 'string', 'integer', 'number', 'number'])
  const time = TIME[query.by]
  const where = cameWithin(time, query, key?.[0] as number | undefined)
  if (key !== undefined) {
    const [arrivalMs, device, metric, atMs, value, seq] = key as [number, string, string, number, number, number]
    where.addKey(`(${time}, device_id, metric, at, value, message_seq) >`, [
      { type: 'timestamptz', value: timestamptz(arrivalMs) },
      { type: 'text', value: device },
      { type: 'text', value: metric },
      { type: 'timestamptz', value: timestamptz(atMs) },
      { type: 'float8', value },
      { type: 'float8', value: seq },
    ])
  }
  const limit = where.param('int', query.limit)
  const [row] = await db.query<Columns>(
    `select ${COLUMNS} from (select ${ROWS}, date_part('epoch', ${time}) as arrival_s from reading ${where.text()}
     order by ${time}, device_id, metric, at, value, message_seq limit ${limit}) page`,
    where.params,
  )
  const page = toPage(row)
  const last = page.value.length - 1
  if (page.value.length < query.limit || last < 0) return page
  const names = [page.names[page.device[last]!]!, page.names[page.metric[last]!]!]
  const lastKey = [page.arrivalMs[last]!, ...names, page.atMs[last]!, page.value[last]!, page.messageSeq[last]!]
  return { ...page, nextCursor: toCursor(lastKey) }
}

function toPage(row: Columns | undefined): ArrivedReadings {
  const numbers = new Map<string, number>()
  const device = toIndices(row?.devices ?? [], numbers)
  const metric = toIndices(row?.metrics ?? [], numbers)
  return {
    names: [...numbers.keys()],
    device,
    metric,
    atMs: toDoubles(row?.times ?? '').map(toMs),
    value: toDoubles(row?.values ?? ''),
    messageSeq: toDoubles(row?.numbers ?? ''),
    arrivalMs: toDoubles(row?.arrivals ?? '').map(toMs),
  }
}

/** Names are few and repeated: each is told once. */
function toIndices(texts: string[], numbers: Map<string, number>): Uint32Array {
  const indices = new Uint32Array(texts.length)
  for (const [i, text] of texts.entries()) {
    const known = numbers.get(text) ?? numbers.size
    if (known === numbers.size) numbers.set(text, known)
    indices[i] = known
  }
  return indices
}

function toDoubles(base64: string): Float64Array {
  const bytes = Buffer.from(base64, 'base64')
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleBE(i * 8))
}

/** Doubles of seconds hold microseconds for some centuries; the rounding takes away what binary fractions add. */
const EXACT_BELOW_S = 4e9

function toMs(seconds: number): number {
  return Math.abs(seconds) < EXACT_BELOW_S ? Math.round(seconds * 1e6) / 1000 : seconds * 1000
}

/** Frames that are analysed, records and statuses under one order. A frame's analysis counts as having come with it. */
const OTHERS = `
select arrival, at, 1 as sort, device_id, frame_id as id, jsonb_strip_nulls(jsonb_build_object(
    'kind', 'analysis', 'deviceId', device_id, 'frameId', frame_id, 'atMs', (extract(epoch from at) * 1000)::float8,
    'state', state, 'reason', reason, 'model', model, 'annotatedSha256', annotated_sha256))
    || jsonb_build_object('detections', detections) as arrived
  from frame where state <> 'queued'
union all
select arrival, at, 2, device_id, record_id, filed || jsonb_build_object(
    'kind', 'record', 'deviceId', device_id, 'recordId', record_id, 'recordType', record_type,
    'atMs', (extract(epoch from at) * 1000)::float8)
  from record
union all
select arrival, at, 3, device_id, (at::text || online::text) collate "C", jsonb_build_object(
    'kind', 'status', 'deviceId', device_id, 'online', online, 'atMs', (extract(epoch from at) * 1000)::float8)
  from device_status`

/** Everything but readings. */
export async function selectArrivedOthers(db: Queryable, query: ArrivalQuery): Promise<Page<Arrived>> {
  const key =
    query.cursor === undefined ? undefined : parseCursor(query.cursor, ['integer', 'integer', 'string', 'string'])
  const time = TIME[query.by]
  const where = cameWithin(time, query, key?.[0] as number | undefined)
  if (key !== undefined) {
    const [arrivalMs, sort, device, id] = key as [number, number, string, string]
    where.addKey(`(${time}, sort, device_id, id) >`, [
      { type: 'timestamptz', value: timestamptz(arrivalMs) },
      { type: 'int', value: sort },
      { type: 'text', value: device },
      { type: 'text', value: id },
    ])
  }
  const limit = where.param('int', query.limit)
  const rows = await db.query<{ arrivalMs: number; sort: number; device: string; id: string; arrived: Arrived }>(
    `select (extract(epoch from ${time}) * 1000)::float8 as "arrivalMs", sort, device_id as device, id, arrived
     from (${OTHERS}) other ${where.text()} order by ${time}, sort, device_id, id limit ${limit}`,
    where.params,
  )
  const items = rows.map(({ arrived, arrivalMs }) => ({ ...arrived, arrivalMs }))
  const last = rows.length < query.limit ? undefined : rows.at(-1)
  return last === undefined
    ? { items }
    : { items, nextCursor: toCursor([last.arrivalMs, last.sort, last.device, last.id]) }
}
