import { timestamptzArray } from './binary-array.ts'
import type { Engine } from './engine.ts'

/** Hours recomputed in one transaction: an hour of 100 readings a second takes some 0.2 s. */
const HOURS_PER_STEP = 4

const TAKE_HOURS = `
delete from dirty_hour where hour in (select hour from dirty_hour order by hour limit $1::int)
returning (extract(epoch from hour) * 1000)::float8 as "hourMs"`

const RECOMPUTE = `
insert into reading_hour (device_id, metric, hour, readings, value_min, value_max, value_mean)
select r.device_id, r.metric, h.hour, count(*)::int, min(r.value), max(r.value), avg(r.value)
from unnest($1::timestamptz[]) as h (hour)
join reading r on r.at >= h.hour and r.at < h.hour + interval '1 hour'
group by r.device_id, r.metric, h.hour
on conflict (device_id, metric, hour) do update set readings = excluded.readings,
  value_min = excluded.value_min, value_max = excluded.value_max, value_mean = excluded.value_mean`

/**
 * Recomputes a few of the hours that got readings since they were last rolled up, and says how many. The two statements
 * must stay apart: taking an hour may wait for a writer, and only a statement begun after that sees what it wrote.
 */
export async function rollUpSome(engine: Engine): Promise<number> {
  return engine.write(async (tx) => {
    const taken = await tx.query<{ hourMs: number }>(TAKE_HOURS, [HOURS_PER_STEP])
    if (taken.length > 0) await tx.query(RECOMPUTE, [timestamptzArray(taken.map(({ hourMs }) => hourMs))])
    return taken.length
  })
}
