import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { ReadingQuery, ReadingRow } from '../../../core/history.ts'
import type { ReadingView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { Cursor, closed, DeviceId, errorAnswers, Instant, limitUpTo, MetricName, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const DEFAULT_LIMIT = 1_000
const ReadingSchema = Type.Object({
  device: Type.String(),
  metric: Type.String(),
  at: Type.String(),
  value: Type.Number(),
  arrivedAt: Type.String(),
})
const Query = Type.Object(
  {
    device: Type.Optional(DeviceId),
    metric: Type.Optional(MetricName),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    limit: Type.Optional(limitUpTo(10_000, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
    count: Type.Optional(Type.Boolean({ description: 'true: the number of rows instead of the rows' })),
  },
  closed,
)

/** What was measured, oldest first. */
export function readingRoutes(app: ApiServer, { history }: Pick<ApiPorts, 'history'>): void {
  app.get(
    '/api/v1/readings',
    {
      schema: {
        tags: ['readings'],
        summary: 'Stored readings, `from` inclusive, `to` exclusive',
        querystring: Query,
        response: { 200: Type.Union([pageOf(ReadingSchema), Type.Object({ count: Type.Integer() })]), ...errorAnswers },
      },
    },
    async ({ query: { count, from, to, limit = DEFAULT_LIMIT, ...rest } }) => {
      const fromMs = parseOptionalInstant(from, 'from')
      const toMs = parseOptionalInstant(to, 'to')
      if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
        throw new AppError('bad_request', 'from lies after to', { from, to })
      const query: ReadingQuery = {
        ...rest,
        limit,
        ...(fromMs !== undefined && { fromMs }),
        ...(toMs !== undefined && { toMs }),
      }
      if (count === true) return { count: await history.countReadings(query) }
      const page = await history.readings(query)
      return { ...page, items: page.items.map(toReadingView) }
    },
  )
}

function toReadingView({ device, metric, atMs, value, arrivalMs }: ReadingRow): ReadingView {
  return { device, metric, at: toIso(atMs), value, arrivedAt: toIso(arrivalMs) }
}
