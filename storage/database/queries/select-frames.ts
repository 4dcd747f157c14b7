import type { FrameRow } from '../../../core/history.ts'
import type { Queryable } from '../engine.ts'
import { createWhere } from './where.ts'

const COLUMNS = `frame_id as "frameId", device_id as device, (extract(epoch from at) * 1000)::float8 as "atMs", sha256,
  width_px as "widthPx", height_px as "heightPx", pose, state, reason, model, detections, people,
  annotated_sha256 as "annotatedSha256"`

type StoredFrame = { [K in keyof FrameRow]: FrameRow[K] | null }

/** Newest first, by the time they were taken. */
export async function selectFrames(db: Queryable, query: { device?: string; limit: number }): Promise<FrameRow[]> {
  const where = createWhere()
  where.add('device_id =', 'text', query.device)
  const limit = where.param('int', query.limit)
  const rows = await db.query<StoredFrame>(
    `select ${COLUMNS} from frame ${where.text()} order by at desc, frame_id desc limit ${limit}`,
    where.params,
  )
  return rows.map(withoutNulls)
}

export async function selectFrame(db: Queryable, frameId: string): Promise<FrameRow | null> {
  const [row] = await db.query<StoredFrame>(`select ${COLUMNS} from frame where frame_id = $1::text`, [frameId])
  return row === undefined ? null : withoutNulls(row)
}

/** What is absent is absent, not null. */
function withoutNulls(row: StoredFrame): FrameRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as FrameRow
}
