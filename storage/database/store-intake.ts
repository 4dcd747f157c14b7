import { boolArray, float8Array, int4Array, textArray, timestamptzArray } from './binary-array.ts'
import type { IntakeBatch, ReadingColumns } from './collect-intake.ts'
import { encoded } from './encoded.ts'
import type { Queryable } from './engine.ts'

const HOUR_MS = 3_600_000

/**
 * How readings meet those that are stored already. `hopeful` fails as a whole (23505) when one is, and is 1.3 times as
 * fast: without `on conflict` each row goes through the index once, not twice.
 */
export type InsertMode = 'hopeful' | 'careful'

/** The table name comes from partitions.ts, never from outside. */
const insertReadings = (table: string, mode: InsertMode) => `
insert into ${table} (device_id, metric, at, value, message_seq, arrival)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::float8[], $5::float8[], $6::timestamptz[])
${mode === 'careful' ? 'on conflict do nothing' : ''}`

/** Locks the hours, in order, until the readings are committed: a roll-up of the same hour waits for them. */
const MARK_HOURS = `
insert into dirty_hour (hour, marked) select hour, true from unnest($1::timestamptz[]) as h (hour) order by hour
on conflict (hour) do update set marked = true`

const INSERT_FRAMES = `
insert into frame (frame_id, device_id, at, arrival, sha256, width_px, height_px, pose, state, detections)
select frame_id, device_id, at, arrival, sha256, width_px, height_px, pose::jsonb, 'queued', '[]'::jsonb
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::int4[], $7::int4[], $8::text[])
  as f (frame_id, device_id, at, arrival, sha256, width_px, height_px, pose)
on conflict do nothing`

const UPDATE_FRAMES = `
update frame set state = a.state, reason = a.reason, model = a.model, detections = a.detections::jsonb,
  people = a.people::jsonb, annotated_sha256 = a.annotated_sha256
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  as a (frame_id, state, reason, model, detections, people, annotated_sha256)
where frame.frame_id = a.frame_id`

const INSERT_RECORDS = `
insert into record (device_id, record_id, record_type, at, arrival, filed)
select device_id, record_id, record_type, at, arrival, filed::jsonb
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
  as r (device_id, record_id, record_type, at, arrival, filed)
on conflict do nothing`

const INSERT_STATUSES = `
insert into device_status (device_id, at, online, arrival)
select * from unnest($1::text[], $2::timestamptz[], $3::bool[], $4::timestamptz[])
on conflict do nothing`

/** Stores a batch inside the caller's transaction. Storing it again changes nothing, or fails when `hopeful`. */
export async function storeIntake(
  tx: Queryable,
  batch: IntakeBatch,
  { mode, marksHours }: { mode: InsertMode; marksHours: boolean },
): Promise<void> {
  const statements = [...batch.readings].map(([table, columns]) => storeReadings(tx, table, columns, mode))
  if (marksHours && batch.readings.size > 0) statements.push(markHours(tx, batch))
  if (batch.frames.length > 0) statements.push(storeFrames(tx, batch.frames))
  if (batch.analyses.length > 0) statements.push(storeAnalyses(tx, batch.analyses))
  if (batch.records.length > 0) statements.push(storeRecords(tx, batch.records))
  if (batch.statuses.length > 0) statements.push(storeStatuses(tx, batch.statuses))
  await Promise.all(statements)
}

async function storeReadings(tx: Queryable, table: string, columns: ReadingColumns, mode: InsertMode): Promise<void> {
  await tx.query(
    insertReadings(table, mode),
    encoded(() => [
      textArray(columns.device),
      textArray(columns.metric),
      timestamptzArray(columns.atMs),
      float8Array(columns.value),
      float8Array(columns.messageSeq),
      timestamptzArray(columns.arrivalMs),
    ]),
  )
}

async function markHours(tx: Queryable, batch: IntakeBatch): Promise<void> {
  await tx.query(
    MARK_HOURS,
    encoded(() => [timestamptzArray(hoursOf(batch))]),
  )
}

function hoursOf(batch: IntakeBatch): number[] {
  const hours = new Set<number>()
  for (const { atMs } of batch.readings.values()) for (const ms of atMs) hours.add(Math.floor(ms / HOUR_MS) * HOUR_MS)
  return [...hours]
}

async function storeFrames(tx: Queryable, frames: IntakeBatch['frames']): Promise<void> {
  await tx.query(
    INSERT_FRAMES,
    encoded(() => [
      textArray(frames.map((frame) => frame.frameId)),
      textArray(frames.map((frame) => frame.deviceId)),
      timestamptzArray(frames.map((frame) => frame.atMs)),
      timestamptzArray(frames.map((frame) => frame.arrivalMs)),
      textArray(frames.map((frame) => frame.sha256)),
      int4Array(frames.map((frame) => frame.widthPx)),
      int4Array(frames.map((frame) => frame.heightPx)),
      textArray(frames.map((frame) => JSON.stringify(frame.pose))),
    ]),
  )
}

/** The last word of the batch on a frame counts: `update … from` would take any. */
async function storeAnalyses(tx: Queryable, all: IntakeBatch['analyses']): Promise<void> {
  const analyses = [...new Map(all.map((analysis) => [analysis.frameId, analysis])).values()]
  await tx.query(
    UPDATE_FRAMES,
    encoded(() => [
      textArray(analyses.map((analysis) => analysis.frameId)),
      textArray(analyses.map((analysis) => analysis.state)),
      textArray(analyses.map((analysis) => analysis.reason ?? null)),
      textArray(analyses.map((analysis) => analysis.model)),
      textArray(analyses.map((analysis) => JSON.stringify(analysis.detections))),
      textArray(analyses.map(({ people }) => (people === undefined ? null : JSON.stringify(people)))),
      textArray(analyses.map((analysis) => analysis.annotatedSha256 ?? null)),
    ]),
  )
}

async function storeRecords(tx: Queryable, records: IntakeBatch['records']): Promise<void> {
  await tx.query(
    INSERT_RECORDS,
    encoded(() => [
      textArray(records.map((record) => record.deviceId)),
      textArray(records.map((record) => record.recordId)),
      textArray(records.map((record) => record.recordType)),
      timestamptzArray(records.map((record) => record.atMs)),
      timestamptzArray(records.map((record) => record.arrivalMs)),
      textArray(records.map(({ address, position, body }) => JSON.stringify({ address, position, body }))),
    ]),
  )
}

async function storeStatuses(tx: Queryable, statuses: IntakeBatch['statuses']): Promise<void> {
  await tx.query(
    INSERT_STATUSES,
    encoded(() => [
      textArray(statuses.map((status) => status.deviceId)),
      timestamptzArray(statuses.map((status) => status.atMs)),
      boolArray(statuses.map((status) => status.online)),
      timestamptzArray(statuses.map((status) => status.arrivalMs)),
    ]),
  )
}
