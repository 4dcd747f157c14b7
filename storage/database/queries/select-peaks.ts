import { AppError } from '../../../core/errors.ts'
import { type LimitCurve, MAX_PEAKS_MS, type Peak, type PeakQuery } from '../../../core/hour-history.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { createWhere, type Where } from './where.ts'

const MAX_CORNERS = 20

/** At most one an hour of UTC, oldest first. Costs a walk through the index of the device's readings of that time. */
export async function selectPeaks(db: Queryable, query: PeakQuery): Promise<Peak[]> {
  const { device, metric, over, limit, least, fromMs, toMs } = query
  if (!(toMs - fromMs <= MAX_PEAKS_MS)) throw new AppError('bad_request', 'too long a time at once')
  if (limit.length === 0 || limit.length > MAX_CORNERS || limit.some(([, most]) => !(most > 0)))
    throw new AppError('bad_request', `a limit has 1 to ${MAX_CORNERS} corners above 0`)
  const where = createWhere()
  where.add('r.device_id =', 'text', device)
  where.add('r.metric =', 'text', metric)
  where.add('r.at >=', 'timestamptz', timestamptz(fromMs))
  where.add('r.at <', 'timestamptz', timestamptz(toMs))
  where.add('r.value >=', 'float8', least)
  const beside =
    over === undefined
      ? 'left join (select null::float8 as value) o on true'
      : `left join lateral (select f.value from reading f where f.device_id = r.device_id
           and f.metric = ${where.param('text', over)} and f.at = r.at order by f.value limit 1) o on true`
  const share = `r.value / ${curveText(limit, 'o.value', where)}`
  return db.query<Peak>(
    `select distinct on (hour) (extract(epoch from hour) * 1000)::float8 as "hourMs",
       (extract(epoch from at) * 1000)::float8 as "atMs", value, over, share
     from (select date_trunc('hour', r.at, 'UTC') as hour, r.at, r.value, o.value as over, ${share} as share
           from reading r ${beside} ${where.text()}) found
     order by hour, share desc, at`,
    where.params,
  )
}

/** The limit at `x` as an expression. */
function curveText(curve: LimitCurve, x: string, where: Where): string {
  const number = (value: number) => where.param('float8', value)
  const strictest = Math.min(...curve.map(([, limit]) => limit))
  const cases = curve.map(([at, limit], index) => {
    const before = curve[index - 1]
    if (before === undefined) return `when ${x} <= ${number(at)} then ${number(limit)}`
    const [x0, y0] = before
    const slope = (limit - y0) / (at - x0)
    return `when ${x} <= ${number(at)} then ${number(y0)} + ${number(slope)} * (${x} - ${number(x0)})`
  })
  const last = curve.at(-1)?.[1] ?? strictest
  return `(case when ${x} is null then ${number(strictest)} ${cases.join(' ')} else ${number(last)} end)`
}
