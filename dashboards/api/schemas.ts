import { type TSchema, Type } from 'typebox'
import { PositionSchema } from '../../core/alert-schema.ts'
import { DEVICE_ID, FIELD_NAME } from '../../core/device.ts'
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import { MATCHER_PARTS } from '../../core/quiet.ts'

/** The shapes that several routes share, from which come validation, types and the page at `/docs`. */

export { AlertSchema, PositionSchema, Reason } from '../../core/alert-schema.ts'

export const closed = { additionalProperties: false } as const

export const DeviceId = Type.String({ pattern: DEVICE_ID.source, description: 'Device id' })
export const MetricName = Type.String({ pattern: FIELD_NAME.source, description: 'Metric, for example smoke_dbm' })
export const Instant = Type.String({ maxLength: 40, description: 'ISO 8601, or ms since the epoch' })
export const Cursor = Type.String({ maxLength: 512, description: 'nextCursor of the page before' })
export const limitUpTo = (maximum: number, byDefault: number) =>
  Type.Integer({ minimum: 1, maximum, description: `Rows to give back, ${byDefault} when absent` })

export const AttributeName = Type.String({ pattern: FIELD_NAME.source })
export const AttributeValue = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()])
export const AttributesSchema = Type.Record(AttributeName, AttributeValue, {
  ...closed,
  maxProperties: 50,
  description: 'What rules may ask about it, for example {"storeys": 3}',
})
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hexadecimal' })
const IsoTime = Type.String({ description: 'ISO 8601, UTC' })

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
