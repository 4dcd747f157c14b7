import Type, { type Static } from 'typebox'
import { PositionSchema } from './alert-schema.ts'
import { PROTECTION_LEVELS, STRUCTURES } from './building.ts'
import { DEVICE_ID } from './device.ts'

const closed = { additionalProperties: false }
const Text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))
const Metric = Type.String({ pattern: DEVICE_ID.source, maxLength: 64 })

export const BuildingId = Type.String({ pattern: DEVICE_ID.source, description: 'Building id' })
export const ADDRESS_CHARS = 300
export const FootprintSchema = Type.Array(
  Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
  { minItems: 4, maxItems: 500, description: 'Outer ring, [longitude, latitude], closed' },
)
const LimitSchema = Type.Union([
  Type.Object({ metric: Metric, pack: Type.String({ maxLength: 64 }), line: Type.String({ maxLength: 64 }) }, closed),
  Type.Object(
    {
      metric: Metric,
      value: Type.Number(),
      unit: Type.String({ maxLength: 30 }),
      source: Type.String({ minLength: 1, maxLength: 200 }),
    },
    closed,
  ),
])

/** What may be said of a building, without its id. */
export const BUILDING_FACTS = {
  address: Type.String({
    minLength: 1,
    maxLength: ADDRESS_CHARS,
    description: 'As the register writes it, 平桥街12弄3号',
  }),
  spellings: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: ADDRESS_CHARS }), {
      maxItems: 20,
      description: 'Other ways to write it',
    }),
  ),
  name: Text(100, 'Name of the house, 德裕堂'),
  place: Text(100, 'City, district and sub-district, where the address leaves them out'),
  position: Type.Optional(PositionSchema),
  footprint: Type.Optional(FootprintSchema),
  protection: Type.Enum([...PROTECTION_LEVELS], { description: 'How it is protected' }),
  structure: Type.Optional(Type.Enum([...STRUCTURES])),
  year: Type.Optional(Type.Integer({ minimum: 500, maximum: 2200 })),
  era: Text(50, 'Where only that is known, 清末'),
  storeys: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  owner: Text(200, 'Who owns it'),
  use: Text(100, 'What it is used for'),
  sensors: Type.Optional(
    Type.Array(Type.String({ pattern: DEVICE_ID.source }), { maxItems: 200, description: 'Ids of devices in it' }),
  ),
  limits: Type.Optional(Type.Array(LimitSchema, { maxItems: 50, description: 'Limits that hold for it' })),
  lastRepair: Type.Optional(
    Type.String({ pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$', description: 'ISO 8601 date, year or month' }),
  ),
  notes: Text(2_000, 'In words'),
}
export const BuildingFacts = Type.Object(BUILDING_FACTS, closed)
export type BuildingFacts = Static<typeof BuildingFacts>
