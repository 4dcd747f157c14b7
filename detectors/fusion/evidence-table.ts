import Type, { type Static, type TSchema } from 'typebox'
import { DURATION, parseDuration } from '../rules/parts/duration.ts'

const text = (description: string) => Type.String({ minLength: 1, maxLength: 500, description })
const number = (description: string, bounds: object) => Type.Number({ ...bounds, description })
const TITLE = Type.Object({ zh: text('a text'), en: text('a text') }, { additionalProperties: false })
const SHARE = number('a number from 0 to 1', { minimum: 0, maximum: 1 })
const RATIO = number('a likelihood ratio above 0', { exclusiveMinimum: 0, maximum: 1e6 })
const METRES = number('a number of metres from 0 to 1000', { minimum: 0, maximum: 1000 })
const KW = number('kW from 0 on', { minimum: 0 })
const COUNT = Type.Integer({ minimum: 1, maximum: 100_000, description: 'a whole number from 1 on' })
const HOUR = Type.Integer({ minimum: 0, maximum: 24, description: 'a full hour from 0 to 24' })
const LENGTH = Type.String({ pattern: DURATION.source, description: 'a duration such as 12h or 30d' })
const LEVELS = Type.Array(strict({ from: number('a number from 0 on', { minimum: 0 }), ratio: RATIO }), {
  ...{ minItems: 1, maxItems: 12, description: 'levels of { from, ratio }, rising' },
})
/** What each kind says of itself. */
const ABOUT = { title: TITLE, cancels: TITLE, source: text('where the figure comes from') }
const AMOUNT = Type.Optional(number('a number from 0 on', { minimum: 0 }))

/** Kinds that are made of readings. */
export const SENSED_KINDS = [
  'drilling',
  'hammering',
  'heavy',
  'steps',
  'inside',
  'after_hours',
  'early',
  'walls',
  'vibration',
  'dust',
  'rubble',
  'noise',
  'tools',
  'saw',
  'doors',
  'night',
] as const
export type SensedKind = (typeof SENSED_KINDS)[number]
/** Those that are made of others (`combined-kinds.ts`). */
export type Combined = 'inside' | 'after_hours' | 'early' | 'walls' | 'saw'

const SENSED = strict({
  ...ABOUT,
  levels: LEVELS,
  beside: Type.Optional(Type.Boolean({ description: 'true or false' })),
  turns: Type.Optional(Type.Boolean({ description: 'true or false' })),
  withinM: METRES,
  least: AMOUNT,
  times: AMOUNT,
  over: AMOUNT,
  crest: AMOUNT,
  confidence: Type.Optional(SHARE),
})
const KIND_LIST = Type.Array(Type.Enum([...SENSED_KINDS]), { description: `a list of ${SENSED_KINDS.join(', ')}` })
const RECORD = strict({ ...ABOUT, levels: LEVELS, window: LENGTH })
const VISITED = strict({ ...ABOUT, ratio: RATIO, halfLife: LENGTH })
const CAUSE = { leaves: SHARE, title: TITLE }

export const TABLE = strict({
  id: text('a name'),
  prior: strict({
    probability: number('a number between 0 and 1', { exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    source: text('where the figure comes from'),
  }),
  levels: strict({
    likely: SHARE,
    settled: SHARE,
    leastSensed: number('a ratio above 1', { exclusiveMinimum: 1 }),
    bands: Type.Array(SHARE, { description: 'a list of numbers from 0 to 1' }),
  }),
  times: strict({
    roundS: Type.Integer({ minimum: 1, maximum: 3600, description: 'whole seconds from 1 to 3600' }),
    lateDays: Type.Integer({ minimum: 1, maximum: 31, description: 'a whole number from 1 to 31' }),
    windowDays: Type.Integer({ minimum: 1, maximum: 31, description: 'a whole number from 1 to 31' }),
    keepDays: Type.Integer({ minimum: 1, maximum: 366, description: 'a whole number from 1 to 366' }),
  }),
  working: strict({ from: HOUR, to: HOUR, calendar: text('the id of a calendar') }),
  office: strict({ from: HOUR, to: HOUR }),
  night: strict({ from: HOUR, to: HOUR }),
  usual: strict({
    days: Type.Integer({ minimum: 3, maximum: 90, description: 'a whole number from 3 to 90' }),
    least: COUNT,
  }),
  sensed: strict(Object.fromEntries(SENSED_KINDS.map((kind) => [kind, SENSED])) as Record<SensedKind, typeof SENSED>),
  again: strict({
    ...ABOUT,
    kind: Type.Enum([...SENSED_KINDS]),
    least: number('a number from 0 on', { minimum: 0 }),
    days: COUNT,
    levels: LEVELS,
  }),
  air: strict({
    dust: number('a number of µg/m³ from 0 on', { minimum: 0 }),
    noise: number('a number of dB from 0 on', { minimum: 0 }),
  }),
  slept: strict({
    ...ABOUT,
    ...{ from: HOUR, to: HOUR, least: KW, times: SHARE, share: SHARE, nights: COUNT, levels: LEVELS },
  }),
  power: strict({ ...ABOUT, days: COUNT, least: KW, levels: LEVELS }),
  seen: strict({
    debris: strict({
      ...ABOUT,
      levels: LEVELS,
      days: COUNT,
      withinM: METRES,
      labels: Type.Array(Type.String(), { description: 'a list of classes' }),
    }),
    report: strict({
      ...ABOUT,
      levels: LEVELS,
      days: COUNT,
      records: Type.Array(Type.String(), { description: 'a list of types of records' }),
    }),
  }),
  records: Type.Record(Type.String(), RECORD, { description: 'types of records' }),
  together: Type.Array(
    strict({
      kinds: Type.Tuple([text('a kind'), text('a kind')]),
      ratios: Type.Array(Type.Array(RATIO), {
        description: 'for each level of the first kind a list: a ratio for each level of the other',
      }),
    }),
    { description: 'a list of { kinds, ratios }' },
  ),
  visits: strict({
    deadline: Type.Union(
      [
        strict({ workingDays: COUNT, byHour: HOUR }),
        strict({ hours: number('a number of hours', { exclusiveMinimum: 0 }) }),
      ],
      { description: '{ workingDays, byHour } or { hours }' },
    ),
    ...{ works_found: VISITED, none: VISITED, refused_entry: VISITED },
    confirmedFor: LENGTH,
  }),
  filing: strict({
    types: Type.Array(Type.String(), { description: 'a list of types of records' }),
    ...{ lasts: LENGTH, grace: LENGTH, finished: text('a type of record'), refused: text('a type of record') },
  }),
  causes: strict({
    filed: strict(CAUSE),
    neighbour: strict({ ...CAUSE, louder: number('a number from 1 on', { minimum: 1 }), together: SHARE }),
    filed_nearby: strict({ ...CAUSE, withinM: METRES }),
    road_works: strict({
      ...{ ...CAUSE, houses: COUNT, withinM: METRES, kinds: KIND_LIST },
      louder: number('a number from 1 on', { minimum: 1 }),
      together: SHARE,
    }),
    weather: strict({ ...CAUSE, share: SHARE, houses: COUNT, kinds: KIND_LIST }),
    festival: strict({ ...CAUSE, kinds: KIND_LIST }),
    sensor_fault: strict({ ...CAUSE, share: SHARE, nightShare: SHARE }),
    quiet_inside: strict({ ...CAUSE, kinds: KIND_LIST }),
    dust_alone: strict({ ...CAUSE, kinds: KIND_LIST, without: KIND_LIST }),
    only_one: strict(CAUSE),
    visited: strict(CAUSE),
    not_here: strict({ ...CAUSE, kinds: KIND_LIST, lasts: LENGTH }),
  }),
})

/** Likelihood ratios and what else weighing evidence needs, as `shipped/evidence.yaml` says it. */
export type EvidenceTable = Static<typeof TABLE>
export type SensedSettings = Static<typeof SENSED>
export type Levels = Static<typeof LEVELS>

/** One kind of evidence, and where in the file its levels are. */
export interface Kind {
  kind: string
  at: string[]
  levels: Levels
  /** How much was heard, seen or reported; of others a level is a state: so many nights slept, so long after a record. */
  isAmount: boolean
  /** Much of it may speak against works. */
  turns: boolean
  source: string
}

/** All kinds that have levels. */
export function kindsOf({ sensed, again, seen, slept, power, records }: EvidenceTable): Kind[] {
  type Entry = { levels: Levels; source: string; turns?: boolean }
  const of = (at: string[], isAmount: boolean, { levels, source, turns = false }: Entry): Kind => {
    return { kind: at.at(-1)!, at: [...at, 'levels'], levels, isAmount, turns, source }
  }
  return [
    ...SENSED_KINDS.map((kind) => of(['sensed', kind], true, sensed[kind])),
    ...Object.entries(seen).map(([kind, entry]) => of(['seen', kind], true, entry)),
    of(['again'], true, again),
    of(['slept'], false, slept),
    of(['power'], false, power),
    ...Object.entries(records).map(([kind, entry]) => of(['records', kind], false, entry)),
  ]
}

/** Of levels that begin with 1; 0 below the first. */
export function levelOf(levels: Levels, measure: number): number {
  return levels.filter(({ from }) => measure >= from).length
}

const parsed = new Map<string, number>()

/** Milliseconds of a duration of the table. */
export function msOf(length: string): number {
  let ms = parsed.get(length)
  if (ms === undefined) {
    ms = parseDuration(length)
    parsed.set(length, ms)
  }
  return ms
}

function strict<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false })
}
