import { Type } from 'typebox'
import { SuspicionSchema, WordsSchema } from '../../core/alert-schema.ts'
import { HOUSE_PICTURE_KINDS, VISIT_RESULTS } from '../../core/building.ts'
import { BUILDING_FACTS, BuildingId } from '../../core/building-schema.ts'
import { HEARD_STATES, RISK_PARTS } from '../../core/house-watch.ts'
import { SUSPICION_STATES } from '../../core/suspicion.ts'
import { DeviceDetail } from './routes/device-routes.ts'
import { orNull, UntilSchema } from './routes/trend-routes.ts'
import { AlertSchema, closed, Instant, PositionSchema, pageOf } from './schemas.ts'

export const ById = Type.Object({ id: BuildingId }, closed)
export const BuildingSchema = Type.Object({ id: Type.String(), ...BUILDING_FACTS })

const Candidate = Type.Object({
  building: Type.String(),
  confidence: Type.Number({ description: '0 to 1; sure from 0.9, when the next stays under 0.75' }),
  reasons: Type.Array(Type.String()),
  distanceM: Type.Optional(Type.Number({ description: 'From the record to the house, where its position speaks' })),
})
export const AddressMatchSchema = Type.Object({
  building: Type.Union([Type.String(), Type.Null()], { description: 'null: not sure, and not guessed' }),
  candidates: Type.Array(Candidate),
})
const Match = Type.Object({
  how: Type.Enum(['address', 'position', 'named', 'follows', 'told', 'unmatched']),
  confidence: Type.Optional(Type.Number()),
  reasons: Type.Optional(Type.Array(Type.String())),
  recordId: Type.Optional(Type.String({ description: 'follows: the record that it puts right or takes back' })),
  by: Type.Optional(Type.String()),
  at: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  spelling: Type.Optional(Type.Boolean({ description: 'It was said of another record with the same spelling' })),
  candidates: Type.Optional(Type.Array(Candidate)),
})
export const FiledRecordSchema = Type.Object({
  source: Type.String(),
  recordId: Type.String(),
  recordType: Type.String(),
  at: Type.String(),
  arrivedAt: Type.String(),
  address: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  facts: Type.Record(Type.String(), Type.String()),
  building: Type.Union([Type.String(), Type.Null()]),
  match: Match,
  correctedBy: Type.Optional(Type.String()),
  withdrawnBy: Type.Optional(Type.String()),
})
export const MatchBody = Type.Object(
  {
    building: Type.Union([BuildingId, Type.Null()], { description: 'null: about none of ours' }),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
  },
  closed,
)
const Picture = Type.String({
  pattern: '^[0-9a-f]{32}([0-9a-f]{32})?$',
  description: 'Frame id, or SHA-256 of a picture',
})
const VisitFacts = {
  result: Type.Enum([...VISIT_RESULTS]),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
  pictures: Type.Optional(Type.Array(Picture, { maxItems: 50 })),
}
export const VisitBody = Type.Object(
  {
    id: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'The same id again is the same visit' }),
    ),
    at: Type.Optional(Instant),
    ...VisitFacts,
  },
  closed,
)
export const VisitSchema = Type.Object({
  id: Type.String(),
  building: Type.String(),
  at: Type.String(),
  by: Type.String(),
  ...VisitFacts,
})
export const VisitRequestBody = Type.Object(
  {
    due: Instant,
    to: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Department or person' })),
    note: VisitFacts.note,
  },
  closed,
)
export const VisitRequestSchema = Type.Object({
  ...{ id: Type.String(), building: Type.String(), at: Type.String(), by: Type.String(), due: Type.String() },
  to: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
})
export const HousePictureSchema = Type.Object({
  sha256: Type.String(),
  building: Type.String(),
  kind: Type.Enum([...HOUSE_PICTURE_KINDS]),
  caption: Type.Optional(Type.String()),
  takenOn: Type.Optional(Type.String()),
  visit: Type.Optional(Type.String()),
  widthPx: Type.Integer(),
  heightPx: Type.Integer(),
  bytes: Type.Integer(),
  by: Type.String(),
  at: Type.String(),
})
const LimitSource = Type.Union([
  Type.Object({ kind: Type.Literal('house'), text: Type.String() }),
  Type.Object({
    ...{ kind: Type.Literal('standard'), standard: Type.String(), clause: Type.String(), verified: Type.Boolean() },
    ...{ title: WordsSchema, text: Type.String() },
  }),
  Type.Object({ kind: Type.Literal('rule'), rule: Type.String(), title: WordsSchema }),
])
const HouseLimitSchema = Type.Object({
  ...{ device: Type.String(), metric: Type.String(), unit: Type.String(), source: LimitSource },
  low: Type.Optional(Type.Number()),
  high: Type.Optional(Type.Number()),
  curve: Type.Optional(
    Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { description: 'Upper limit over another metric' }),
  ),
  over: Type.Optional(Type.String()),
  warningLow: Type.Optional(Type.Number()),
  warningHigh: Type.Optional(Type.Number()),
  warningShare: Type.Optional(Type.Number({ description: 'Where the warning begins, as a share of a curve' })),
})
const Level = Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3), Type.Literal(4), Type.Null()])
export const HouseRiskSchema = Type.Object({
  building: Type.Object({
    ...{ id: Type.String(), address: BUILDING_FACTS.address, protection: BUILDING_FACTS.protection },
    ...{ name: BUILDING_FACTS.name, structure: BUILDING_FACTS.structure, year: BUILDING_FACTS.year },
    ...{ era: BUILDING_FACTS.era, position: BUILDING_FACTS.position },
  }),
  community: Type.Optional(Type.String({ description: 'Residents’ committee' })),
  risk: Type.Integer({ description: '0 to 100; 0 only says that nothing known speaks of danger, see sensors.heard' }),
  parts: Type.Array(Type.Object({ kind: Type.Enum([...RISK_PARTS]), share: Type.Number() })),
  level: Level,
  openAlerts: Type.Integer(),
  raised: orNull(Type.Object({ days30: Type.Integer(), days7: Type.Integer() })),
  works: Type.Object({
    ...{ state: Type.Enum([...SUSPICION_STATES]), probability: Type.Number() },
    visitBy: Type.Optional(Type.String()),
  }),
  visitAsked: orNull(Type.Object({ due: Type.String(), to: Type.Optional(Type.String()) })),
  trend: orNull(
    Type.Object({
      ...{ device: Type.String(), metric: Type.String(), unit: Type.String(), limit: Type.Number() },
      until: UntilSchema,
    }),
  ),
  sensors: Type.Object({
    ...{ total: Type.Integer(), silent: Type.Integer() },
    heard: Type.Enum([...HEARD_STATES], { description: 'silent: nobody hears any of them; none: there are none' }),
  }),
})
export const RankingSchema = Type.Object({
  ...pageOf(HouseRiskSchema).properties,
  total: Type.Integer(),
  trends: Type.Object({ known: Type.Integer(), asked: Type.Integer() }),
})
export const BuildingFileSchema = Type.Object({
  building: BuildingSchema,
  sensors: Type.Array(DeviceDetail),
  records: Type.Array(FiledRecordSchema),
  visits: Type.Array(VisitSchema),
  visitRequest: orNull(VisitRequestSchema),
  suspicion: SuspicionSchema,
  pictures: Type.Array(HousePictureSchema),
  limits: Type.Array(HouseLimitSchema, { description: 'Of its sensors, those set for the house first' }),
  alerts: Type.Object({ open: Type.Array(AlertSchema), past: Type.Array(AlertSchema) }),
  complete: Type.Boolean({ description: 'false while the database cannot be asked for past alerts' }),
})
export const ImportSchema = Type.Object({
  added: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  applied: Type.Boolean(),
  ignored: Type.Array(Type.String(), { description: 'Columns or properties that mean nothing here' }),
  encoding: Type.String(),
})
const Lonlat = Type.Tuple([Type.Number(), Type.Number()])
export const BuildingFeatures = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    Type.Object({
      type: Type.Literal('Feature'),
      id: Type.String(),
      geometry: Type.Union([
        Type.Object({ type: Type.Literal('Point'), coordinates: Lonlat }),
        Type.Object({ type: Type.Literal('Polygon'), coordinates: Type.Array(Type.Array(Lonlat)) }),
      ]),
      properties: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
})
