import { type TSchema, Type } from 'typebox'
import { DEVICE_ID, FIELD_NAME } from '../../core/device.ts'
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import { MATCHER_PARTS, QUIET_GATES } from '../../core/quiet.ts'
import { SEVERITIES } from '../../core/severity.ts'

/** The shapes that several routes share, from which come validation, types and the page at `/docs`. */

export const closed = { additionalProperties: false } as const

export const DeviceId = Type.String({ pattern: DEVICE_ID.source, description: 'Device id' })
export const MetricName = Type.String({ pattern: FIELD_NAME.source, description: 'Metric, for example smoke_dbm' })
export const Instant = Type.String({ maxLength: 40, description: 'ISO 8601, or ms since the epoch' })
export const Cursor = Type.String({ maxLength: 512, description: 'nextCursor of the page before' })
export const limitUpTo = (maximum: number, byDefault: number) =>
  Type.Integer({ minimum: 1, maximum, description: `Rows to give back, ${byDefault} when absent` })

export const PositionSchema = Type.Object(
  { lat: Type.Number({ minimum: -90, maximum: 90 }), lon: Type.Number({ minimum: -180, maximum: 180 }) },
  { ...closed, description: 'WGS-84 degrees' },
)
export const AttributeName = Type.String({ pattern: FIELD_NAME.source })
export const AttributeValue = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()])
export const AttributesSchema = Type.Record(AttributeName, AttributeValue, {
  ...closed,
  maxProperties: 50,
  description: 'What rules may ask about it, for example {"storeys": 3}',
})
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hexadecimal' })
const IsoTime = Type.String({ description: 'ISO 8601, UTC' })
const Numbers = Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]))

export const Reason = Type.Object({
  code: Type.String(),
  metric: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  limit: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.String()),
  durationS: Type.Optional(Type.Number()),
  params: Type.Optional(Numbers),
  clause: Type.Optional(Type.String({ description: 'Standard, edition and clause that the limit comes from' })),
  verified: Type.Optional(Type.Boolean({ description: 'False: the limit is from memory and needs to be confirmed' })),
})

const QuietSchema = Type.Object(
  {
    gate: Type.Enum([...QUIET_GATES]),
    by: Type.String({ description: 'Device, person, silence, rule of inhibition, rule and place, or group' }),
    cause: Type.Optional(Type.String({ description: 'Inhibition: the alert of which this one is a symptom' })),
    since: IsoTime,
    until: Type.Optional(IsoTime),
  },
  { description: 'Why it is not pushed' },
)
const ShelfSchema = Type.Object({
  by: Type.String(),
  at: IsoTime,
  until: IsoTime,
  once: Type.Optional(Type.Boolean()),
  reason: Type.Optional(Type.String()),
})
const GroupSchema = Type.Object(
  {
    id: Type.String(),
    key: Type.Record(Type.String(), Type.String()),
    size: Type.Integer(),
    members: Type.Array(Type.String()),
  },
  { description: 'The alerts that this one speaks for' },
)

export const AlertSchema = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  ruleTitle: Type.Object({ zh: Type.String(), en: Type.String() }),
  category: Type.String(),
  severity: Type.Enum([...SEVERITIES]),
  level: Type.Enum([1, 2, 3, 4]),
  state: Type.Enum(['active', 'cleared']),
  acknowledged: Type.Boolean(),
  acknowledgedBy: Type.Optional(Type.String()),
  acknowledgedAt: Type.Optional(IsoTime),
  subject: Type.Object({
    device: Type.Optional(Type.String()),
    metric: Type.Optional(Type.String()),
    place: Type.Optional(Type.String()),
    label: Type.Optional(Type.String()),
    cell: Type.Optional(Type.String()),
    finding: Type.Optional(Type.String()),
  }),
  deviceName: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  value: Type.Optional(Type.Number()),
  limit: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.String()),
  reason: Reason,
  raisedAt: IsoTime,
  lastAt: IsoTime,
  clearedAt: Type.Optional(IsoTime),
  occurrences: Type.Integer(),
  evidence: Type.Array(Type.String()),
  frameId: Type.Optional(Type.String()),
  finding: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        label: Type.String(),
        river: Type.Optional(Type.String()),
        reach: Type.Optional(Type.String()),
        reachName: Type.Optional(Type.String()),
        chainage: Type.Optional(Type.String({ description: 'As written on maps, K1+240' })),
        bank: Type.Optional(Type.Enum(['left', 'right', 'middle'])),
        areaM2: Type.Optional(Type.Number()),
        review: Type.Enum(['undecided', 'confirmed', 'rejected', 'duplicate', 'not_ours']),
        reviewedBy: Type.Optional(Type.String()),
        frameId: Type.String(),
        crop: Type.String({ description: 'Path of its part of its best picture' }),
        picture: Type.String({ description: 'Path of that picture, people covered' }),
      },
      { description: 'The finding of a river patrol that it is about' },
    ),
  ),
  version: Type.Integer(),
  lifeSafety: Type.Optional(Type.Boolean()),
  ruleVersion: Type.Optional(Type.String()),
  quiet: Type.Optional(QuietSchema),
  announced: Type.Optional(Type.Boolean({ description: 'false: nobody has been told of it since it was opened' })),
  shelf: Type.Optional(ShelfSchema),
  flapping: Type.Optional(Type.Boolean({ description: 'true: it came and went too often and is held open' })),
  group: Type.Optional(GroupSchema),
  historical: Type.Optional(
    Type.Boolean({ description: 'true: an episode of the past, found in data that came late' }),
  ),
})

const Globs = Type.Union([
  Type.String({ minLength: 1, maxLength: 200 }),
  Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 }),
])
export const MatcherSchema = Type.Object(
  Object.fromEntries(MATCHER_PARTS.map((part) => [part, Type.Optional(Globs)])) as Record<
    (typeof MATCHER_PARTS)[number],
    Type.TOptional<typeof Globs>
  >,
  { ...closed, description: 'Every given part must fit, of a list one; * and ? are wildcards' },
)
export const SilenceSchema = Type.Object({
  id: Type.String(),
  match: MatcherSchema,
  from: IsoTime,
  to: IsoTime,
  reason: Type.String(),
  by: Type.String(),
  at: IsoTime,
})
export const OutOfServiceSchema = Type.Object({
  device: Type.String(),
  until: IsoTime,
  reason: Type.String(),
  by: Type.String(),
  at: IsoTime,
})

export const DetectionSchema = Type.Object({
  label: Type.String(),
  score: Type.Number(),
  box: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()], {
    description: '[x, y, width, height] in pixels of the sent picture',
  }),
  position: Type.Optional(PositionSchema),
})

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) })

const ErrorSchema = Type.Object({
  error: Type.Object({
    code: Type.Enum(Object.keys(ERROR_CODES) as ErrorCode[]),
    message: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
})

/** The answers besides success that a route documents. */
export const errorAnswers = { '4xx': ErrorSchema, '5xx': ErrorSchema }
