import { AppError } from '../../../core/errors.ts'
import { type HourQuery, type HourStatistics, MAX_ASKED_HOURS } from '../../../core/hour-history.ts'
import { timestamptz } from '../binary-array.ts'
import type { Param, Queryable } from '../engine.ts'

const HOUR_MS = 3_600_000
/** TimescaleDB computes what is not summed up yet by itself, and has no such table. */
const HAS_DIRTY_HOURS = `select to_regclass('dirty_hour') is not null as "hasDirty"`

const MEANT = (metrics: string) =>
  `device_id = $1::text and metric in (${metrics}) and hour >= $2::timestamptz and hour < $3::timestamptz`
const KEPT = (metrics: string) =>
  `select metric, hour, readings, value_min, value_max, value_mean from reading_hour h where ${MEANT(metrics)}`
/** Hours that got readings since they were summed up are summed up afresh: each by itself, for a join would look at all readings for each hour. */
const KEPT_OR_FRESH = (metrics: string) => `${KEPT(metrics)}
  and not exists (select from dirty_hour d where d.hour = h.hour)
union all
select f.metric, d.hour, f.readings, f.value_min, f.value_max, f.value_mean
from dirty_hour d
cross join lateral (
  select r.metric, count(*)::int as readings, min(r.value) as value_min, max(r.value) as value_max, avg(r.value) as value_mean
  from reading r
  where r.device_id = $1::text and r.metric in (${metrics}) and r.at >= d.hour and r.at < d.hour + interval '1 hour'
  group by r.metric
) f
where d.hour >= $2::timestamptz and d.hour < $3::timestamptz`
/** One row a metric, with columns as arrays: hours of a month cross between threads as five lists. */
const COLUMNS = `metric, json_agg((extract(epoch from hour) * 1000)::float8 order by hour) as "hourMs",
  json_agg(readings order by hour) as readings, json_agg(value_min order by hour) as min,
  json_agg(value_max order by hour) as max, json_agg(value_mean order by hour) as mean`

/** In the order in which the metrics are named. Throws `bad_request` for too many hours at once. */
export async function selectHours(db: Queryable, query: HourQuery): Promise<HourStatistics[]> {
  const { device, metrics, fromMs, toMs } = query
  const asked = ((toMs - fromMs) / HOUR_MS) * metrics.length
  if (!(asked <= MAX_ASKED_HOURS)) throw new AppError('bad_request', `at most ${MAX_ASKED_HOURS} hours at once`)
  if (metrics.length === 0) return []
  const [there] = await db.query<{ hasDirty: boolean }>(HAS_DIRTY_HOURS)
  const params: Param[] = [device, timestamptz(fromMs), timestamptz(toMs), ...metrics]
  const names = metrics.map((_, index) => `$${index + 4}::text`).join(', ')
  const hours = there?.hasDirty ? KEPT_OR_FRESH(names) : KEPT(names)
  const rows = await db.query<HourStatistics>(`select ${COLUMNS} from (${hours}) hours group by metric`, params)
  return rows.sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric))
}
