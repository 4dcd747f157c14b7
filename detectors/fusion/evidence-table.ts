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
const BELOW_ONE = number('a ratio above 0, at most 1', { exclusiveMinimum: 0, maximum: 1 })
const METRES = number('a number of metres from 0 to 1000', { minimum: 0, maximum: 1000 })
const COUNT = Type.Integer({ minimum: 1, maximum: 100_000, description: 'a whole number from 1 on' })
const HOUR = Type.Integer({ minimum: 0, maximum: 24, description: 'a full hour from 0 to 24' })
const LENGTH = Type.String({ pattern: DURATION.source, description: 'a duration such as 12h or 30d' })
const LEVELS = Type.Array(
  strict({
    from: number('a number above 0', { exclusiveMinimum: 0 }),
    ratio: number('a ratio from 1 on', { minimum: 1 }),
  }),
  { minItems: 1, maxItems: 9, description: 'levels of { from, ratio }, rising' },
)
/** What each kind says of itself. */
const ABOUT = { title: TITLE, halfLife: LENGTH, cancels: TITLE, source: text('where the figure comes from') }
const AMOUNT = Type.Optional(number('a number from 0 on', { minimum: 0 }))

/** Kinds that are made of readings. */
export const SENSED_KINDS = [
  'drilling',
  'hammering',
  'heavy',
  'inside',
  'walls',
  'vibration',
  'dust',
  'rubble',
  'noise',
  'tools',
  'saw',
  'power',
  'doors',
  'night',
] as const
export type SensedKind = (typeof SENSED_KINDS)[number]

const SENSED = strict({
  ...ABOUT,
  levels: LEVELS,
  withinM: METRES,
  least: AMOUNT,
  times: AMOUNT,
  over: AMOUNT,
  crest: AMOUNT,
  confidence: Type.Optional(SHARE),
})
const KIND_LIST = Type.Array(Type.Enum([...SENSED_KINDS]), { description: `a list of ${SENSED_KINDS.join(', ')}` })
const RECORD = strict({ ...ABOUT, ratio: RATIO, window: LENGTH })
/** What holds as long as nothing newer is known. */
const KNOWN = strict({ title: TITLE, cancels: TITLE, source: text('where the figure comes from'), ratio: RATIO })
const VISITED = strict({ ...ABOUT, ratio: RATIO })
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
    keepDays: Type.Integer({ minimum: 1, maximum: 366, description: 'a whole number from 1 to 366' }),
  }),
  dependence: strict({ days: SHARE, paper: SHARE }),
  working: strict({ from: HOUR, to: HOUR, calendar: text('the id of a calendar') }),
  night: strict({ from: HOUR, to: HOUR }),
  usual: strict({
    days: Type.Integer({ minimum: 3, maximum: 90, description: 'a whole number from 3 to 90' }),
    least: COUNT,
  }),
  sensed: strict(Object.fromEntries(SENSED_KINDS.map((kind) => [kind, SENSED])) as Record<SensedKind, typeof SENSED>),
  air: strict({
    dust: number('a number of µg/m³ from 0 on', { minimum: 0 }),
    noise: number('a number of dB from 0 on', { minimum: 0 }),
  }),
  slept: strict({
    ...{ from: HOUR, to: HOUR, least: number('kW from 0 on', { minimum: 0 }), times: SHARE, share: SHARE },
    ...{ vacant: KNOWN, lived: KNOWN },
  }),
  seen: strict({
    debris: strict({
      ...ABOUT,
      levels: LEVELS,
      cap: RATIO,
      withinM: METRES,
      labels: Type.Array(Type.String(), { description: 'a list of classes' }),
    }),
    report: strict({
      ...ABOUT,
      levels: LEVELS,
      cap: RATIO,
      records: Type.Array(Type.String(), { description: 'a list of types of records' }),
    }),
  }),
  records: Type.Record(Type.String(), RECORD, { description: 'types of records' }),
  still: strict({ ...ABOUT, hours: HOUR, ratio: BELOW_ONE, cap: BELOW_ONE }),
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
    quiet_inside: strict({ ...CAUSE, kinds: KIND_LIST, air: KIND_LIST }),
    dust_alone: strict({ ...CAUSE, kinds: KIND_LIST, without: KIND_LIST }),
    only_one: strict(CAUSE),
    visited: strict(CAUSE),
    not_here: strict({ ...CAUSE, kinds: KIND_LIST, lasts: LENGTH }),
  }),
})

/** Likelihood ratios, half-lives and what else weighing evidence needs, as `shipped/evidence.yaml` says it. */
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

function objectionsTo({ levels, sensed, seen, slept, working }: EvidenceTable): [string[], string][] {
  const rising: [string[], Levels][] = [
    ...SENSED_KINDS.map((kind): [string[], Levels] => [['sensed', kind, 'levels'], sensed[kind].levels]),
    [['seen', 'debris', 'levels'], seen.debris.levels],
    [['seen', 'report', 'levels'], seen.report.levels],
  ]
  return [
    ...(levels.settled > levels.likely
      ? [[['levels', 'settled'], 'must not be above likely'] as [string[], string]]
      : []),
    ...(slept.from >= slept.to ? [[['slept', 'to'], 'must be after from'] as [string[], string]] : []),
    ...(working.from >= working.to ? [[['working', 'to'], 'must be after from'] as [string[], string]] : []),
    ...rising.flatMap(([at, list]): [string[], string][] =>
      list.some((one, i) => i > 0 && (one.from <= list[i - 1]!.from || one.ratio < list[i - 1]!.ratio))
        ? [[at, 'must rise']]
        : [],
    ),
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
