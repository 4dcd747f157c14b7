import { Type } from 'typebox'
import { REJECT_REASONS } from '../../core/finding.ts'
import { ALTITUDE_BANDS } from '../../core/review-statistics.ts'
import { closed, DeviceId, PositionSchema } from './schemas.ts'

/** The shapes of river patrols, as in `dashboards/river-contract.ts`. */

const IsoTime = Type.String({ description: 'ISO 8601, UTC' })
const Chainage = Type.String({ description: 'As written on maps, K1+240' })
const optional = { reach: Type.Optional(Type.String({ description: 'Id of the reach on the map' })) }

export const RecordId = Type.String({ minLength: 1, maxLength: 128 })
export const ReachId = Type.String({ minLength: 1, maxLength: 128, description: 'Id of a reach on the map' })
export const Label = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'Class, for example debris',
})
export const Box = Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()], {
  description: '[x, y, width, height] in pixels of the sent picture',
})

export const FlightSchema = Type.Object({
  id: Type.String(),
  device: Type.String(),
  plan: Type.Optional(Type.String()),
  implied: Type.Optional(Type.Boolean({ description: 'true: nobody announced it, it was made of its frames' })),
  byHand: Type.Optional(Type.Boolean()),
  beganAt: IsoTime,
  endedAt: Type.Optional(IsoTime),
  status: Type.Optional(Type.Enum(['ok', 'partially_done', 'failed', 'canceled'])),
  lastAt: IsoTime,
  frames: Type.Object({
    expected: Type.Optional(Type.Integer()),
    uploaded: Type.Optional(Type.Integer()),
    received: Type.Integer(),
    analysed: Type.Integer(),
    refused: Type.Integer(),
  }),
  media: Type.Object(
    {
      promised: Type.Integer(),
      delivered: Type.Integer(),
      lost: Type.Array(Type.Object({ object: Type.String(), reason: Type.String() })),
      awaited: Type.Array(Type.String()),
    },
    { description: 'Pictures that the sender said there are; `lost` and `awaited` by name' },
  ),
})

const GapReason = Type.Enum([
  ...(['not_flown', 'not_photographed', 'not_analysed', 'not_placed', 'blurred'] as const),
  ...(['badly_exposed', 'too_coarse'] as const),
])
const Metres = {
  plannedM: Type.Number({ description: 'Metres that should have been covered' }),
  coveredM: Type.Number(),
}
export const PatrolDigestSchema = Type.Object({
  flight: FlightSchema,
  coverage: Type.Object({
    ...Metres,
    gaps: Type.Array(Type.Object({ reason: GapReason, lengthM: Type.Number() })),
    stretches: Type.Array(Type.Object({ river: Type.String(), ...optional, ...Metres })),
  }),
  findings: Type.Object({ seen: Type.Integer(), undecided: Type.Integer() }),
})

const named = { name: Type.String(), nameEn: Type.Optional(Type.String()) }
export const RiverSchema = Type.Object({
  ...named,
  lengthM: Type.Number(),
  reaches: Type.Array(
    Type.Object({
      ...{ id: Type.String(), ...named, fromM: Type.Number(), toM: Type.Number(), from: Chainage, to: Chainage },
      lastCovered: Type.Optional(
        Type.Object(
          { flightId: Type.String(), at: IsoTime },
          { description: 'The last flight that covered at least half of it' },
        ),
      ),
      present: Type.Integer({ description: 'Findings that are there' }),
      undecided: Type.Integer({ description: 'Of these, those that nobody decided on' }),
    }),
  ),
})

const stretch = {
  river: Type.String(),
  ...optional,
  fromM: Type.Number(),
  toM: Type.Number(),
  from: Chainage,
  to: Chainage,
}
const CoverageSchema = Type.Object({
  ...Metres,
  gaps: Type.Array(Type.Object({ ...stretch, reason: GapReason, line: Type.Array(PositionSchema) })),
  seen: Type.Array(Type.Object({ ...stretch, gsdCm: Type.Number(), sharpness: Type.Number(), frameId: Type.String() })),
})

export const PlanBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    devices: Type.Optional(Type.Array(DeviceId, { minItems: 1, maxItems: 100, description: 'Absent: every drone' })),
    waypoints: Type.Array(
      Type.Object(
        { position: PositionSchema, heightM: Type.Optional(Type.Number()), reach: Type.Optional(ReachId) },
        closed,
      ),
      { minItems: 2, maxItems: 2_000 },
    ),
    expectedFrames: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  },
  closed,
)
export const PlanSchema = Type.Object({ id: Type.String(), ...PlanBody.properties })

const FlightFrameSchema = Type.Object({
  frameId: Type.String(),
  at: IsoTime,
  state: Type.Enum(['queued', 'analysed', 'refused']),
  reason: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  footprint: Type.Optional(Type.Array(PositionSchema)),
  gsdCm: Type.Optional(Type.Number()),
  sharpness: Type.Optional(Type.Number()),
  brightness: Type.Optional(Type.Number()),
  clipped: Type.Optional(Type.Number()),
  findings: Type.Array(Type.String()),
})
export const FlightDetailSchema = Type.Object({
  flight: FlightSchema,
  plan: Type.Optional(PlanSchema),
  track: Type.Array(Type.Object({ at: IsoTime, position: PositionSchema, heightM: Type.Optional(Type.Number()) })),
  coverage: CoverageSchema,
  frames: Type.Array(FlightFrameSchema),
})

export const RiverPlaceSchema = Type.Object({
  river: Type.String(),
  ...optional,
  reachName: Type.Optional(Type.String()),
  chainage: Chainage,
  alongM: Type.Number(),
  offsetM: Type.Number({ description: 'Metres from the centre line' }),
  bank: Type.Enum(['left', 'right', 'middle'], { description: 'Looking downstream' }),
})

export const SightingSchema = Type.Object({
  frameId: Type.String(),
  flightId: Type.String(),
  at: IsoTime,
  score: Type.Number(),
  box: Box,
  position: Type.Optional(PositionSchema),
  radiusM: Type.Optional(Type.Number()),
  areaM2: Type.Optional(Type.Number()),
  heightM: Type.Optional(Type.Number()),
  model: Type.String(),
})

export const REVIEW_STATES = ['undecided', 'confirmed', 'rejected', 'duplicate', 'not_ours'] as const
export const VERDICTS = ['confirmed', 'rejected', 'duplicate', 'not_ours', 'reclassed', 'redrawn', 'reopened'] as const

const findingParts = {
  id: Type.String(),
  label: Type.String(),
  modelLabel: Type.Optional(Type.String({ description: "The model's word, where a reviewer called it otherwise" })),
  presence: Type.Enum(['present', 'gone']),
  tentative: Type.Optional(Type.Boolean({ description: 'true: seen too seldom or too weakly to be believed' })),
  position: Type.Optional(PositionSchema),
  radiusM: Type.Optional(Type.Number()),
  place: Type.Optional(RiverPlaceSchema),
  areaM2: Type.Optional(Type.Number()),
  growth: Type.Optional(Type.Number({ description: 'Area against the flight before' })),
  firstAt: IsoTime,
  lastAt: IsoTime,
  goneAt: Type.Optional(IsoTime),
  sightings: Type.Integer(),
  score: Type.Number({ description: 'Median of all scores' }),
  review: Type.Enum([...REVIEW_STATES]),
  verdictCount: Type.Integer(),
  disputed: Type.Optional(Type.Boolean({ description: "true: two people's last words on it are different ones" })),
  best: SightingSchema,
  onFlight: Type.Optional({ ...SightingSchema, description: 'As the flight that was asked for saw it best' }),
  lastLook: Type.Object({ flightId: Type.String(), frameId: Type.String(), at: IsoTime }),
  crop: Type.String({ description: 'Path of its part of the best picture' }),
  picture: Type.String({ description: 'Path of the best picture, people covered' }),
}
export const FindingSchema = Type.Object(findingParts)

const VerdictSchema = Type.Object({
  verdict: Type.Enum([...VERDICTS]),
  by: Type.String(),
  at: IsoTime,
  reason: Type.Optional(Type.Enum([...REJECT_REASONS])),
  of: Type.Optional(Type.String()),
  label: Type.Optional(Type.String()),
  frameId: Type.Optional(Type.String()),
  box: Type.Optional(Box),
  note: Type.Optional(Type.String()),
  model: Type.String({ description: 'The model whose word was judged' }),
  score: Type.Number(),
})
export const FindingDetailSchema = Type.Object({
  ...findingParts,
  verdicts: Type.Array(VerdictSchema),
  flights: Type.Array(
    Type.Object({
      flightId: Type.String(),
      firstAt: IsoTime,
      lastAt: IsoTime,
      sightings: Type.Integer(),
      score: Type.Number(),
      areaM2: Type.Optional(Type.Number()),
      best: SightingSchema,
    }),
  ),
  alerts: Type.Array(Type.String(), { description: 'Ids of its open alerts' }),
})

const SpotLookSchema = Type.Object({
  flightId: Type.String(),
  frameId: Type.String(),
  at: IsoTime,
  sighting: Type.Optional(SightingSchema),
  spot: Type.Optional(
    Type.Tuple([Type.Number(), Type.Number()], {
      description: 'Where the picture shows its place, pixels as it was sent',
    }),
  ),
  picture: Type.String(),
})
export const PairSchema = Type.Object({
  id: Type.String(),
  before: Type.Optional(SpotLookSchema),
  after: SpotLookSchema,
})

const precision = {
  reviewed: Type.Integer(),
  right: Type.Integer(),
  wrong: Type.Integer(),
  wrongClass: Type.Integer({ description: 'Of the wrong: something else was there' }),
  precision: Type.Union([Type.Number(), Type.Null()]),
  interval: Type.Union([Type.Tuple([Type.Number(), Type.Number()]), Type.Null()], {
    description: '95 %, by Wilson',
  }),
}
const Step = Type.Object({ threshold: Type.Number(), rightLost: Type.Integer(), wrongGone: Type.Integer() })
export const StatisticsSchema = Type.Object({
  duplicates: Type.Integer(),
  byClass: Type.Array(Type.Object({ label: Type.String(), ...precision })),
  byModel: Type.Array(Type.Object({ label: Type.String(), model: Type.String(), ...precision })),
  byAltitude: Type.Array(Type.Object({ label: Type.String(), altitude: Type.Enum([...ALTITUDE_BANDS]), ...precision })),
  byReach: Type.Array(
    Type.Object({ label: Type.String(), reach: Type.Union([Type.String(), Type.Null()]), ...precision }),
  ),
  thresholds: Type.Array(
    Type.Object({
      label: Type.String(),
      model: Type.String(),
      right: Type.Integer(),
      wrong: Type.Integer(),
      suggested: Type.Union([Step, Type.Null()]),
      reason: Type.Optional(Type.Enum(['too_few', 'no_gain'])),
      steps: Type.Array(Step),
    }),
  ),
})
