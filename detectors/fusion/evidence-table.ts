import { readFileSync } from 'node:fs'
import Type, { type Static, type TSchema } from 'typebox'
import { LineCounter, parseDocument } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'
import { checkShape } from '../rules/files/check-shape.ts'
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

const SENSED = strict({
  ...ABOUT,
  levels: LEVELS,
  beside: Type.Optional(Type.Boolean({ description: 'true or false' })),
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

const TABLE = strict({
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

/** The table that comes with huying, or a file of one's own in its place. Throws `config_invalid` naming file, line and fault. */
export function loadEvidenceTable(ownFile = ''): EvidenceTable {
  const path = ownFile === '' ? assetPath('detectors/fusion/shipped/evidence.yaml') : ownFile
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('config_invalid', `${path} cannot be read`, { path }, { cause })
  }
  return parseEvidenceTable(content, path)
}

/** Throws `config_invalid` with every fault and its line. */
export function parseEvidenceTable(content: string, path: string): EvidenceTable {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines })
  const fail = (faults: string[]) =>
    new AppError('config_invalid', faults.map((one) => `${path}:${one}`).join('; '), { path })
  if (document.errors.length > 0)
    throw fail(document.errors.map(({ linePos, message }) => `${linePos?.[0].line ?? 1}: ${message.split('\n')[0]}`))
  const lineOf = (at: string[]) => {
    for (let length = at.length; length > 0; length--) {
      const node = document.getIn(at.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  const value: unknown = document.toJS()
  const misfits = checkShape(TABLE, value)
  if (misfits.length > 0)
    throw fail(misfits.map(({ path: at, message }) => `${lineOf(at)}: ${at.join('.')}: ${message}`))
  const table = value as EvidenceTable
  const objections = objectionsTo(table)
  if (objections.length > 0) throw fail(objections.map(([at, message]) => `${lineOf(at)}: ${at.join('.')}: ${message}`))
  return table
}

function objectionsTo(table: EvidenceTable): [string[], string][] {
  const { levels, times, slept, working } = table
  const wrong: [boolean, string[], string][] = [
    [levels.settled > levels.likely, ['levels', 'settled'], 'must not be above likely'],
    [slept.from >= slept.to, ['slept', 'to'], 'must be after from'],
    [working.from >= working.to, ['working', 'to'], 'must be after from'],
    [times.windowDays > times.lateDays, ['times', 'windowDays'], 'must not be above lateDays'],
    [table.again.days > times.lateDays, ['again', 'days'], 'must not be above lateDays'],
    ...levelsOf(table).map(([at, list]): [boolean, string[], string] => [!isRising(list), at, 'must rise']),
    ...unfitting(table),
  ]
  return wrong.flatMap(([isWrong, at, message]): [string[], string][] => (isWrong ? [[at, message]] : []))
}

function levelsOf({ sensed, again, seen, slept, power, records }: EvidenceTable): [string[], Levels][] {
  return [
    ...SENSED_KINDS.map((kind): [string[], Levels] => [['sensed', kind, 'levels'], sensed[kind].levels]),
    ...Object.entries(seen).map(([kind, { levels }]): [string[], Levels] => [['seen', kind, 'levels'], levels]),
    ...Object.entries(records).map(([kind, { levels }]): [string[], Levels] => [['records', kind, 'levels'], levels]),
    [['again', 'levels'], again.levels],
    [['slept', 'levels'], slept.levels],
    [['power', 'levels'], power.levels],
  ]
}

function isRising(list: Levels): boolean {
  return list.every(({ from }, i) => i === 0 || from > list[i - 1]!.from)
}

/** A pair has a ratio for each level of one kind and each of the other. */
function unfitting(table: EvidenceTable): [boolean, string[], string][] {
  const { sensed, again, seen, slept, power, records } = table
  const known: Record<string, { levels: Levels }> = { ...sensed, ...seen, ...records, again, slept, power }
  return table.together.map(({ kinds: [a, b], ratios }, i) => {
    const [rows, columns] = [known[a]?.levels.length, known[b]?.levels.length]
    const isWrong = ratios.length !== rows || ratios.some((row) => row.length !== columns)
    return [isWrong, ['together', String(i)], `must have a ratio for each level of ${a} and each of ${b}`]
  })
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
