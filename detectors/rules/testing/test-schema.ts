import Type, { type Static } from 'typebox'
import { DEVICE_ID, FIELD_NAME } from '../../../core/device.ts'
import { DURATION_TEXT, SEVERITY } from '../rule-schema.ts'

/** How a file of rule tests is written. Every leaf says in `description` what it expects; faults are written from that. */

const FINDING_CHANGES = ['opened', 'seen', 'seen_again', 'grown', 'gone', 'returned'] as const
const REVIEWS = ['confirmed', 'rejected', 'not_ours'] as const

const closed = { additionalProperties: false } as const
const NAME = '1 to 64 letters, digits, ".", "_" or "-"'
const TEXT = Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' })
const ID = Type.String({ pattern: DEVICE_ID.source, description: NAME })
const FIELD = Type.String({ pattern: FIELD_NAME.source, description: NAME })
const SECONDS = Type.Number({ exclusiveMinimum: 0, description: 'a number of seconds above 0' })
const POSITION = Type.Object(
  {
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'degrees from -90 to 90' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'degrees from -180 to 180' }),
  },
  closed,
)
const FACTS = { description: 'a map of texts, numbers or yes and no' }
const FACT = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: 'a text, a number or yes or no',
})

/** A registered device; it is there from the start of each test. */
export const DEVICE = Type.Object(
  {
    id: ID,
    type: FIELD,
    name: Type.Optional(TEXT),
    place: Type.Optional(TEXT),
    position: Type.Optional(POSITION),
    attributes: Type.Optional(Type.Record(Type.String(), FACT, FACTS)),
    gateway: Type.Optional(ID),
    reportEveryS: Type.Optional(SECONDS),
  },
  closed,
)
export type DeviceSpec = Static<typeof DEVICE>

const SERIES = Type.Object(
  {
    device: ID,
    metric: FIELD,
    // Read from the file's own text: YAML takes 0x30 alone for the number 48.
    values: Type.Unknown({ description: 'values in short, such as 0x30 0.2x5 _ stale' }),
    interval: Type.Optional(DURATION_TEXT),
    offset: Type.Optional(DURATION_TEXT),
    delay: Type.Optional(DURATION_TEXT),
    firstSeq: Type.Optional(Type.Integer({ minimum: 0, description: 'a whole number of 0 or more' })),
  },
  closed,
)

const METRES = Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' })
const SEEN = Type.Object(
  {
    label: FIELD,
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' })),
    position: Type.Optional(POSITION),
    radiusM: Type.Optional(METRES),
    areaM2: Type.Optional(METRES),
  },
  closed,
)
const DETECTION = Type.Object({ device: ID, at: DURATION_TEXT, seen: Type.Array(SEEN) }, closed)
const RECORD = Type.Object(
  {
    source: ID,
    at: DURATION_TEXT,
    type: FIELD,
    id: Type.Optional(TEXT),
    address: Type.Optional(TEXT),
    position: Type.Optional(POSITION),
    body: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'a map' })),
  },
  closed,
)
const FINDING = Type.Object(
  {
    id: FIELD,
    device: ID,
    at: DURATION_TEXT,
    label: FIELD,
    change: Type.Optional(Type.Enum([...FINDING_CHANGES], { description: `one of ${FINDING_CHANGES.join(', ')}` })),
    review: Type.Optional(Type.Enum([...REVIEWS], { description: `one of ${REVIEWS.join(', ')}` })),
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' })),
    areaM2: Type.Optional(METRES),
    growth: Type.Optional(METRES),
    position: Type.Optional(POSITION),
    river: Type.Optional(TEXT),
    alongM: Type.Optional(Type.Number({ minimum: 0, description: 'a number of metres' })),
    reach: Type.Optional(Type.Record(Type.String(), FACT, FACTS)),
  },
  closed,
)
export type FindingSpec = Static<typeof FINDING>
const STATUS = Type.Object(
  { device: ID, at: DURATION_TEXT, online: Type.Boolean({ description: 'true or false' }) },
  closed,
)

const SUBJECT = Type.Object(
  {
    device: Type.Optional(TEXT),
    metric: Type.Optional(TEXT),
    place: Type.Optional(TEXT),
    label: Type.Optional(TEXT),
    cell: Type.Optional(TEXT),
    finding: Type.Optional(TEXT),
  },
  closed,
)
const ALERT_PARTS = {
  device: Type.Optional(TEXT),
  metric: Type.Optional(TEXT),
  subject: Type.Optional(SUBJECT),
  severity: Type.Optional(SEVERITY),
  reason: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'a map, such as { code: above }' })),
}
const ALERT = Type.Object({ rule: FIELD, ...ALERT_PARTS }, closed)
const ALERTS = Type.Array(ALERT, { description: 'a list of alerts, each with a rule' })
const EXPECTATION = Type.Object(
  { at: DURATION_TEXT, alerts: Type.Optional(ALERTS), has: Type.Optional(ALERTS), not: Type.Optional(ALERTS) },
  closed,
)
const EVENT = Type.Object(
  { at: Type.Optional(DURATION_TEXT), raised: Type.Optional(FIELD), cleared: Type.Optional(FIELD), ...ALERT_PARTS },
  closed,
)
const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Optional(Type.Array(item, { description: 'a list' }))

const TEST = Type.Object(
  {
    name: TEXT,
    start: Type.Optional(Type.String({ description: 'a time such as 2026-03-01T08:00:00+08:00' })),
    interval: Type.Optional(DURATION_TEXT),
    devices: list(DEVICE),
    series: list(SERIES),
    detections: list(DETECTION),
    findings: list(FINDING),
    records: list(RECORD),
    statuses: list(STATUS),
    until: Type.Optional(DURATION_TEXT),
    expect: list(EXPECTATION),
    events: list(EVENT),
  },
  closed,
)

export const TEST_FILE = Type.Object(
  {
    rules: Type.Optional(
      Type.Union([TEXT, Type.Array(TEXT, { minItems: 1 })], { description: 'shipped, a path, or a list of them' }),
    ),
    ruleset: Type.Optional(Type.Array(Type.Unknown(), { description: 'a list of rules' })),
    devices: list(DEVICE),
    tests: Type.Array(TEST, { minItems: 1, description: 'a list of tests' }),
  },
  closed,
)
export type TestFileSpec = Static<typeof TEST_FILE>
export type TestSpec = Static<typeof TEST>
export type AlertSpec = Static<typeof ALERT>
export type EventSpec = Static<typeof EVENT>
