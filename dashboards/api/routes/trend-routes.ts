import { Type } from 'typebox'
import type { ApiServer } from '../api-server.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, DeviceId, errorAnswers, Instant, MetricName } from '../schemas.ts'
import { toTrendView } from '../to-trend-view.ts'

const EstimateSchema = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() })
export const orNull = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) => Type.Union([schema, Type.Null()])
const Day = Type.String({ description: 'Local day, YYYY-MM-DD' })
const Head = {
  device: Type.String(),
  metric: Type.String(),
  unit: Type.String({ description: 'Speeds are in it per month of 30.44 days' }),
  from: Day,
  to: Day,
  temperatureFrom: orNull(Type.String()),
}
export const UntilSchema = Type.Union([
  Type.Object({ state: Type.Enum(['reached', 'not_enough_data']) }),
  Type.Object({
    state: Type.Literal('expected'),
    days: Type.Number(),
    low: Type.Number(),
    high: orNull(Type.Number({ description: 'null: perhaps never' })),
  }),
  Type.Object({ state: Type.Literal('not_foreseeable'), low: orNull(Type.Number()) }),
])
const KnownSchema = Type.Object({
  ...Head,
  state: Type.Literal('known'),
  speed: EstimateSchema,
  speedNow: EstimateSchema,
  total: orNull(EstimateSchema),
  base: orNull(Day),
  compensation: Type.Enum(['temperature', 'year', 'none']),
  temperature: orNull(Type.Object({ perDegree: EstimateSchema, referenceC: Type.Number() })),
  steps: Type.Array(Type.Object({ on: Day, size: EstimateSchema, by: Type.Enum(['hand', 'found']) })),
  limit: orNull(Type.Object({ value: Type.Number(), until: UntilSchema })),
  days: Type.Integer(),
  effectiveDays: Type.Number(),
  sigma: Type.Number({ description: 'Standard deviation of a day about the line' }),
  confidence: Type.Number(),
  points: Type.Array(
    Type.Object({
      ...{ on: Day, value: Type.Number(), tempC: orNull(Type.Number()) },
      ...{ compensated: Type.Number(), fitted: Type.Number(), weight: Type.Number() },
    }),
  ),
})
const UnknownSchema = Type.Object({
  ...Head,
  state: Type.Literal('not_enough_data'),
  reason: Type.Enum(['too_few_days', 'temperature_like_time']),
  days: Type.Integer(),
  needed: Type.Integer(),
})
const Query = Type.Object(
  {
    metric: MetricName,
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    zero: Type.Optional(Instant),
    limit: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'How far it may move, in the metric’s unit' }),
    ),
    minDays: Type.Optional(Type.Integer({ minimum: 10, maximum: 365, description: 'Fewer days say nothing; 30' })),
  },
  closed,
)

/** Speed and total of what moves slowly. */
export function trendRoutes(app: ApiServer, { trends }: Pick<ApiPorts, 'trends'>): void {
  if (trends === undefined) return
  app.get(
    '/api/v1/devices/:id/trend',
    {
      schema: {
        tags: ['readings'],
        summary: 'How fast and how far a metric moves, without what the temperature does, with uncertainty',
        params: Type.Object({ id: DeviceId }, closed),
        querystring: Query,
        response: { 200: Type.Union([KnownSchema, UnknownSchema]), ...errorAnswers },
      },
    },
    async ({ params: { id }, query: { from, to, zero, ...rest } }) => {
      const [fromMs, toMs] = [parseOptionalInstant(from, 'from'), parseOptionalInstant(to, 'to')]
      const zeroMs = parseOptionalInstant(zero, 'zero')
      const answer = await trends.trend({
        ...rest,
        device: id,
        ...(fromMs !== undefined && { fromMs }),
        ...(toMs !== undefined && { toMs }),
        ...(zeroMs !== undefined && { zeroMs }),
      })
      return toTrendView(answer)
    },
  )
}
