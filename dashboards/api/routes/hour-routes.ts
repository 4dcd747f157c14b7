import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { HourHistory, HourStatistics } from '../../../core/hour-history.ts'
import { METRICS } from '../../../core/metrics.ts'
import type { SummaryView } from '../../house-contract.ts'
import type { ApiServer } from '../api-server.ts'
import { parseInstant } from '../parse-instant.ts'
import { closed, DeviceId, errorAnswers, Instant, MetricName } from '../schemas.ts'

const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S
const Numbers = Type.Array(Type.Number())
const Query = Type.Object(
  {
    ...{ metric: MetricName, from: Instant, to: Instant },
    step: Type.Optional(
      Type.Integer({
        ...{ minimum: HOUR_S, maximum: DAY_S, multipleOf: HOUR_S },
        description: 'Seconds that are summed up to one: 3600 when absent, at most a day',
      }),
    ),
  },
  closed,
)

/** What was measured, summed up: for charts of weeks and years. */
export function hourRoutes(app: ApiServer, history: Pick<HourHistory, 'hours'>): void {
  app.get(
    '/api/v1/devices/:id/summary',
    {
      schema: {
        ...{ tags: ['readings'], params: Type.Object({ id: DeviceId }, closed), querystring: Query },
        summary: 'Least, mean and greatest value of each hour, or of more hours; hours without readings are not there',
        response: {
          200: Type.Object({
            ...{ device: Type.String(), metric: Type.String(), unit: Type.String(), stepS: Type.Integer() },
            at: Type.Array(Type.Number(), { description: 'Begin, ms since the epoch' }),
            ...{ readings: Numbers, min: Numbers, max: Numbers, mean: Numbers },
          }),
          ...errorAnswers,
        },
      },
    },
    async ({ params: { id: device }, query: { metric, from, to, step = HOUR_S } }) => {
      const [fromMs, toMs] = [parseInstant(from, 'from'), parseInstant(to, 'to')]
      if (fromMs > toMs) throw new AppError('bad_request', 'from lies after to', { from, to })
      const [hours] = await history.hours({ device, metrics: [metric], fromMs, toMs })
      const head = { device, metric, unit: METRICS[metric]?.unit ?? '', stepS: step }
      return { ...head, ...sumUp(hours, step * 1000) }
    },
  )
}

type Columns = Pick<SummaryView, 'at' | 'readings' | 'min' | 'max' | 'mean'>

/** Hours of one step as one, the mean by the number of readings. */
export function sumUp(hours: HourStatistics | undefined, stepMs: number): Columns {
  const sums: Columns = { at: [], readings: [], min: [], max: [], mean: [] }
  hours?.hourMs.forEach((hourMs, i) => {
    const atMs = Math.floor(hourMs / stepMs) * stepMs
    const [count, min, max, mean] = [hours.readings[i]!, hours.min[i]!, hours.max[i]!, hours.mean[i]!]
    const last = sums.at.length - 1
    if (sums.at[last] !== atMs) {
      sums.at.push(atMs)
      sums.readings.push(count)
      sums.min.push(min)
      sums.max.push(max)
      sums.mean.push(mean)
      return
    }
    const before = sums.readings[last]!
    sums.readings[last] = before + count
    sums.min[last] = Math.min(sums.min[last]!, min)
    sums.max[last] = Math.max(sums.max[last]!, max)
    sums.mean[last] = (sums.mean[last]! * before + mean * count) / (before + count)
  })
  return sums
}
