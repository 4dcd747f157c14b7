import { Type } from 'typebox'
import { FALSE_ALARM_REASONS, type FalseAlarmReason } from './alert-hands.ts'
import { QUIET_GATES } from './quiet.ts'
import { SEVERITIES } from './severity.ts'
import { SUSPICION_STATES } from './suspicion.ts'

/** Shapes of an alert as it leaves huying, over HTTP as over dispatch. */

export const PositionSchema = Type.Object(
  { lat: Type.Number({ minimum: -90, maximum: 90 }), lon: Type.Number({ minimum: -180, maximum: 180 }) },
  { additionalProperties: false, description: 'WGS-84 degrees' },
)
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

const AreaSchema = Type.Object(
  {
    community: Type.Optional(Type.String({ description: "Residents' committee" })),
    grid: Type.Optional(Type.String()),
    river: Type.Optional(Type.String()),
    reach: Type.Optional(Type.String()),
  },
  { description: "Where it lies by the sub-district's own division" },
)
/** The same in both languages. */
export const WordsSchema = Type.Object({ zh: Type.String(), en: Type.String() })
export const SubjectSchema = Type.Object({
  device: Type.Optional(Type.String()),
  metric: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
  label: Type.Optional(Type.String()),
  cell: Type.Optional(Type.String()),
  finding: Type.Optional(Type.String()),
  building: Type.Optional(Type.String()),
})
const EvidenceSchema = Type.Object({
  kind: Type.String({ description: 'Name in the table of likelihood ratios' }),
  title: WordsSchema,
  from: IsoTime,
  at: IsoTime,
  facts: Numbers,
  fullWeight: Type.Number({
    description: 'Natural logarithm of the likelihood ratio if nothing else explained it; of a visit when it was made',
  }),
  weight: Type.Number({ description: 'The same of what other causes leave; of a visit what its age leaves' }),
  rests: Type.Array(Type.String(), { description: 'Devices, source|recordId, findings or visits that it rests on' }),
  cancels: WordsSchema,
  otherCauses: Type.Array(
    Type.Object({
      code: Type.String(),
      title: WordsSchema,
      leaves: Type.Number({ description: 'Share of what was heard that this cause alone would leave' }),
      building: Type.Optional(Type.String({ description: 'The house whose works it may be' })),
      params: Type.Optional(Numbers),
    }),
  ),
})

/** What is thought of works in one house. */
export const SuspicionSchema = Type.Object(
  {
    building: Type.String(),
    address: Type.Optional(Type.String()),
    state: Type.Enum([...SUSPICION_STATES]),
    probability: Type.Number({ description: 'That unfiled works go on: logistic of prior and all weights' }),
    prior: Type.Number({ description: 'Natural logarithm of the odds before any evidence' }),
    windows: Type.Array(
      Type.Object({
        source: Type.String(),
        recordId: Type.String(),
        recordType: Type.String(),
        from: IsoTime,
        until: IsoTime,
      }),
    ),
    evidence: Type.Array(EvidenceSchema, { description: 'Heaviest first' }),
    further: Type.Optional(Type.Object({ pieces: Type.Integer(), weight: Type.Number() })),
    filing: Type.Optional(
      Type.Object(
        {
          asked: IsoTime,
          record: Type.Union([
            Type.Object({
              source: Type.String(),
              recordId: Type.String(),
              filing: Type.Optional(Type.String()),
              until: IsoTime,
            }),
            Type.Null(),
          ]),
        },
        { description: 'The works filing for this house and time, null: none' },
      ),
    ),
    likelySince: Type.Optional(IsoTime),
    visitBy: Type.Optional(IsoTime),
    visit: Type.Optional(Type.Object({ id: Type.String(), at: IsoTime, result: Type.String() })),
  },
  { description: 'What is thought of works in a house, with everything that it rests on' },
)

/** Who said something of an alert, and when. */
const SAID = { by: Type.String(), at: IsoTime }

export const AlertSchema = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  ruleTitle: WordsSchema,
  category: Type.String(),
  severity: Type.Enum([...SEVERITIES]),
  level: Type.Enum([1, 2, 3, 4]),
  state: Type.Enum(['active', 'cleared']),
  acknowledged: Type.Boolean(),
  acknowledgedBy: Type.Optional(Type.String()),
  acknowledgedAt: Type.Optional(IsoTime),
  subject: SubjectSchema,
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
  suspicion: Type.Optional(SuspicionSchema),
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
  area: Type.Optional(AreaSchema),
  department: Type.Optional(Type.String({ description: 'Whose duty it is by its category' })),
  assigned: Type.Optional(
    Type.Object({
      to: Type.Object({
        department: Type.Optional(Type.String()),
        grid: Type.Optional(Type.String()),
        person: Type.Optional(Type.String()),
      }),
      ...SAID,
    }),
  ),
  falseAlarm: Type.Optional(
    Type.Object(
      { reason: Type.Enum(Object.keys(FALSE_ALARM_REASONS) as FalseAlarmReason[]), ...SAID },
      { description: 'A person found that it is none; nothing more of it is pushed until it clears' },
    ),
  ),
  handedOver: Type.Optional(
    Type.Object(
      { system: Type.String(), number: Type.String(), ...SAID },
      { description: 'The case of another system that goes on with it' },
    ),
  ),
  test: Type.Optional(
    Type.Boolean({ description: 'true: raised by huying to try the whole path; asks nothing of anybody' }),
  ),
})

/** One change of an alert as it leaves huying. */
export const AlertEventSchema = Type.Object({
  id: Type.String({ description: 'The same change always carries the same id, however often it is delivered' }),
  type: Type.String({ pattern: '^alert\\.', description: 'For example alert.raised; more types may come' }),
  at: IsoTime,
  alert: AlertSchema,
  by: Type.Optional(Type.String({ description: 'Who, for what a person caused' })),
  comment: Type.Optional(Type.String()),
  push: Type.Optional(Type.Boolean({ description: 'false: only those get it who ask for what is quiet' })),
})
