import { Type } from 'typebox'
import { SubjectSchema, WordsSchema } from '../../../core/alert-schema.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers, limitUpTo } from '../schemas.ts'
import { toFloodState, toStatisticsView } from '../to-load-view.ts'

const DEFAULT_LIMIT = 100
const tags = ['alerts']
const Level = Type.Enum([...SEVERITIES])
const NAMED = {
  rule: Type.String(),
  ruleTitle: WordsSchema,
  subject: SubjectSchema,
  deviceName: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
}
const Share = Type.Number({ minimum: 0, maximum: 1, description: '0 to 1' })
const Source = Type.Object({ ...NAMED, count: Type.Integer(), share: Share })
const CauseSchema = Type.Object({
  kind: Type.Enum(['gateway', 'reach', 'building', 'device', 'unknown']),
  name: Type.String({ description: 'Gateway or device id, river with reach, address' }),
})
const FloodAlert = Type.Object({
  ...NAMED,
  alertId: Type.String(),
  ordinal: Type.Integer({ description: '1 is the first-out' }),
  category: Type.String(),
  severity: Level,
  cause: CauseSchema,
  apart: Type.Boolean({ description: 'Level 1 or life-safety: never grouped' }),
  open: Type.Boolean(),
  raised: Type.Integer({ description: 'How often it was raised in this flood' }),
  raisedAt: Type.String(),
  newestAt: Type.String(),
})
const Group = Type.Object({
  cause: CauseSchema,
  category: Type.String(),
  worst: Level,
  count: Type.Integer(),
  open: Type.Integer(),
  firstOrdinal: Type.Integer(),
  newest: Type.Object({ alertId: Type.String(), at: Type.String() }),
})
const START = {
  id: Type.String(),
  firstAt: Type.String({ description: 'When the first-out alert came' }),
  beganAt: Type.String({ description: 'When the number was exceeded' }),
  first: FloodAlert,
  raised: Type.Integer({ description: 'Times that an alert was raised, from the first-out on' }),
  alerts: Type.Integer({ description: 'Different alerts' }),
}
const FloodAnswer = Type.Object({
  limits: Type.Object({ windowS: Type.Integer(), enterAbove: Type.Integer(), leaveBelow: Type.Integer() }),
  newInWindow: Type.Integer(),
  flood: Type.Union([
    Type.Object({
      ...START,
      groups: Type.Array(Group),
      groupsTotal: Type.Integer(),
      apartTotal: Type.Integer(),
      order: Type.Array(FloodAlert, { description: 'In first-out order' }),
      apart: Type.Array(FloodAlert),
    }),
    Type.Null(),
  ]),
  over: Type.Array(Type.Object({ ...START, endedAt: Type.String(), topSources: Type.Array(Source) })),
})
const MeanTimeSchema = Type.Object({ count: Type.Integer(), meanS: Type.Union([Type.Number(), Type.Null()]) })
const Counted = Type.Object({ count: Type.Integer(), share: Share })
const StatisticsAnswer = Type.Object({
  from: Type.String(),
  to: Type.String(),
  raised: Type.Integer(),
  falseAlarms: Type.Integer(),
  per10Min: Type.Object({ now: Type.Integer(), mean: Type.Number(), max: Type.Integer() }),
  floodShare: Share,
  floods: Type.Integer(),
  severities: Type.Object({ critical: Counted, major: Counted, minor: Counted, warning: Counted }),
  chattering: Type.Object({
    count: Type.Integer(),
    items: Type.Array(Type.Object({ ...NAMED, count: Type.Integer(), lastAt: Type.String() })),
  }),
  stale: Type.Object({
    count: Type.Integer(),
    items: Type.Array(Type.Object({ ...NAMED, alertId: Type.String(), severity: Level, activeSince: Type.String() })),
  }),
  topSources: Type.Array(Source),
  topSourcesShare: Share,
  rules: Type.Array(
    Type.Object({
      rule: Type.String(),
      ruleTitle: WordsSchema,
      raised: Type.Integer(),
      acknowledged: MeanTimeSchema,
      cleared: MeanTimeSchema,
      falseAlarms: Type.Integer({ description: 'Marked as false alarms by a person, and not taken back' }),
    }),
  ),
})

/** How much the alerts ask of people: is there a flood, and the figures of the last day. */
export function alertLoadRoutes(app: ApiServer, { load }: Pick<ApiPorts, 'load'>): void {
  app.get(
    '/api/v1/alerts/flood',
    {
      schema: {
        tags,
        summary: 'The alarm flood that is on, its first-out order and groups, and floods that are over',
        querystring: Type.Object({ limit: Type.Optional(limitUpTo(2_000, DEFAULT_LIMIT)) }, closed),
        response: { 200: FloodAnswer, ...errorAnswers },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT } }) => toFloodState(load.floods(), limit),
  )
  app.get(
    '/api/v1/alerts/statistics',
    {
      schema: {
        tags,
        summary: 'Alert load of the last 24 clock hours: rate, flood, chattering, stale, top ten, times taken',
        response: { 200: StatisticsAnswer, ...errorAnswers },
      },
    },
    async () => toStatisticsView(load.statistics()),
  )
}
