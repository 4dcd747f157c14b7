import { timestamptz, timestamptzArray } from './binary-array.ts'
import type { Engine } from './engine.ts'

const HOUR_MS = 3_600_000
/** An hour is over when this much more has passed: most of what is late has come. */
const LATE_MS = 5 * 60_000
/** A step should hold up the database about this long. The first hour of a step always takes what it takes. */
const STEP_MS = 50
const HOURS_AT_MOST = 64

const TAKE_HOURS = `
delete from dirty_hour
where hour in (select hour from dirty_hour where hour < $1::timestamptz order by hour limit $2::int)
returning (extract(epoch from hour) * 1000)::float8 as "hourMs"`

const RECOMPUTE = `
insert into reading_hour (device_id, metric, hour, readings, value_min, value_max, value_mean)
select r.device_id, r.metric, h.hour, count(*)::int, min(r.value), max(r.value), avg(r.value)
from unnest($1::timestamptz[]) as h (hour)
join reading r on r.at >= h.hour and r.at < h.hour + interval '1 hour'
group by r.device_id, r.metric, h.hour
on conflict (device_id, metric, hour) do update set readings = excluded.readings,
  value_min = excluded.value_min, value_max = excluded.value_max, value_mean = excluded.value_mean`

/** Keeps the hourly table true for the hours that are over. */
export interface RollUp {
  /** Recomputes some of the hours that got readings since they were last rolled up; how many, 0 when none is left. */
  step(nowMs: number): Promise<number>
}

/** An hour of 100 readings a second takes a second in PGlite, one of a single device a millisecond: steps adapt. */
export function createRollUp(engine: Engine): RollUp {
  let hours = 1
  return {
    async step(nowMs) {
      const started = performance.now()
      const taken = await rollUp(engine, nowMs - HOUR_MS - LATE_MS, hours)
      hours = performance.now() - started < STEP_MS ? Math.min(hours * 2, HOURS_AT_MOST) : Math.max(hours >> 1, 1)
      return taken
    },
  }
}

/**
 * The two statements must stay apart: taking an hour may wait for a writer, and only a statement begun after that sees
 * what it wrote.
 */
async function rollUp(engine: Engine, beforeMs: number, atMost: number): Promise<number> {
  return engine.write(async (tx) => {
    const taken = await tx.query<{ hourMs: number }>(TAKE_HOURS, [timestamptz(beforeMs), atMost])
    if (taken.length > 0) await tx.query(RECOMPUTE, [timestamptzArray(taken.map(({ hourMs }) => hourMs))])
    return taken.length
  })
}
