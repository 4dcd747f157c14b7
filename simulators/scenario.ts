import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { parse } from 'yaml'
import { AppError } from '../core/errors.ts'
import { DEVICE_TYPES } from '../core/metrics.ts'
import { assetPath } from '../core/source-path.ts'
import { FAULT_KINDS } from './faults/fault.ts'
import { MEASURES } from './fleet.ts'
import { occurrences } from './occurrences.ts'

const closed = { additionalProperties: false }
const positive = (description: string) => Type.Optional(Type.Number({ exclusiveMinimum: 0, description }))

/** When and where; without a device one is drawn among those of the right type, another in each round. */
const WHEN = {
  atS: Type.Number({ minimum: 0, description: 'seconds after the start of the round' }),
  forS: Type.Number({ exclusiveMinimum: 0, description: 'seconds that the cause lasts' }),
  everyS: positive('seconds from one occurrence to the next within the round; once when left out'),
  device: Type.Optional(Type.String({ description: 'device id' })),
}
const REPORTS = {
  reports: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, description: 'how many residents call about it' })),
}
const SHOWN = {
  picture: Type.Optional(Type.String({ description: 'file in simulators/frames, without a patrol' })),
}
function incident<K extends string, P extends Parameters<typeof Type.Object>[0]>(kind: K, own: P) {
  return Type.Object({ kind: Type.Literal(kind), ...WHEN, ...REPORTS, ...own }, closed)
}

const INCIDENT = Type.Union([
  incident('fire', { growthS: positive('seconds to 1055 kW: 75 ultra-fast, 150 fast, 300 medium, 600 slow') }),
  incident('leak', {
    dripsPerMin: positive('drops a minute'),
    distanceCm: positive('from where they fall to the sensor'),
  }),
  incident('flooding', { inflowLps: positive('litres per second'), areaM2: positive('floor area of the pit') }),
  incident('rainstorm', {
    rainMmH: positive('millimetres an hour'),
    pits: Type.Optional(Type.Integer({ minimum: 1, description: 'how many basements take in water' })),
  }),
  incident('manhole', {}),
  incident('littering', {
    objects: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'how many things fall' })),
  }),
  incident('gas', { releaseLpm: positive('methane, litres per minute'), roomM3: positive('volume of the room') }),
  incident('overheat', { riseC: positive('°C above the ordinary day once settled') }),
  incident('discharge', {
    fromM: Type.Number({ minimum: 0, description: 'chainage of the outlet' }),
    bodMgL: positive('oxygen demand just below the outlet, mg/L'),
    nh3nMgL: positive('ammonia nitrogen added just below the outlet, mg/L'),
    turbidityNtu: positive('turbidity added just below the outlet, NTU'),
    flowMS: positive('speed of the water, m/s'),
    timeScale: positive('how many times faster than nature the river reacts and flows'),
  }),
  incident('algae-bloom', {
    fromM: Type.Number({ minimum: 0, description: 'chainage where the bloom begins' }),
    lengthM: positive('metres of river'),
    patches: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, description: 'mats that a patrol can see' })),
    timeScale: positive('how many times faster than nature its days pass'),
  }),
  incident('dumping', SHOWN),
  incident('swimmer', SHOWN),
  incident('drilling', { ppvMmS: positive('peak particle velocity at the nearest sensor, mm/s') }),
  incident('renovation', {
    filed: Type.Boolean({ description: 'whether the works are filed with the office' }),
    daysBefore: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 6, description: 'days on which the crew has worked before the start' }),
    ),
    backFillS: positive('seconds in which the sensors send what they kept of the days before'),
    ppvMmS: positive('peak particle velocity in the house, mm/s'),
  }),
  incident('tilt-creep', { byMmM: positive('lean added by the end, mm/m') }),
  incident('cracking', { byMm: positive('width added by the end, mm') }),
  incident('subsidence', { byMm: positive('settlement added by the end, mm') }),
  incident('damp', { risePct: positive('relative humidity added once settled, %') }),
  incident('silent', { type: Type.Optional(Type.String({ description: 'device type to draw from' })) }),
  incident('sighting', {
    ...SHOWN,
    shows: Type.Optional(
      Type.Array(
        Type.Union((['debris', 'algae', 'plume', 'boat', 'person'] as const).map((label) => Type.Literal(label))),
        { minItems: 1, description: 'what floats there, with a patrol' },
      ),
    ),
  }),
])

const FAULT = Type.Object(
  {
    kind: Type.Union(FAULT_KINDS.map((kind) => Type.Literal(kind))),
    ...WHEN,
    type: Type.Optional(Type.String({ description: 'device type to draw from' })),
    offsetS: Type.Optional(
      Type.Number({ description: 'clock, clock-jump: seconds that the device is ahead (negative: behind)' }),
    ),
    perS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 200, description: 'flood: messages a second' })),
    devices: Type.Optional(Type.Integer({ minimum: 1, description: 'reconnect-storm: how many' })),
  },
  closed,
)

const PATROL = Type.Object(
  {
    fromM: Type.Number({ minimum: 0, description: 'chainage where a flight begins and ends' }),
    toM: Type.Number({ minimum: 0, description: 'chainage where it turns' }),
    heightM: Type.Number({ minimum: 20, maximum: 120, description: 'metres above the water' }),
    speedMS: Type.Number({ exclusiveMinimum: 0 }),
    restS: Type.Number({ minimum: 0, description: 'seconds on the ground between two flights' }),
  },
  closed,
)

const DENSITY = Type.Object(
  {
    per: Type.Number({ exclusiveMinimum: 0, description: 'one device for so many' }),
    of: Type.Union((Object.keys(MEASURES) as (keyof typeof MEASURES)[]).map((measure) => Type.Literal(measure))),
  },
  closed,
)

const HOUSES = Type.Object(
  { recordEveryS: Type.Number({ exclusiveMinimum: 0, description: 'seconds between two records that are filed' }) },
  { ...closed, description: 'the quarter has a register of houses, and something is filed now and then' },
)

const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }))
const KIND_THRESHOLDS = {
  recall: share('at least this share of the expected alerts is raised'),
  delayP95S: positive('of twenty alerts nineteen come within so many seconds'),
}
const THRESHOLDS = Type.Object(
  {
    ...KIND_THRESHOLDS,
    precision: share('at least this share of the alerts is about something that happened'),
    falsePerDay: Type.Optional(Type.Number({ minimum: 0, description: 'at most so many alerts a day about nothing' })),
    kinds: Type.Optional(
      Type.Record(Type.String(), Type.Object(KIND_THRESHOLDS, closed), { description: 'by kind of incident' }),
    ),
  },
  { ...closed, description: 'what a service must reach to pass this scenario' },
)

const SCENARIO = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    title: Type.Object({ zh: Type.String(), en: Type.String() }, closed),
    loopS: Type.Number({ exclusiveMinimum: 0, description: 'seconds of one round' }),
    counts: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 0 }))),
    density: Type.Optional(Type.Record(Type.String(), DENSITY)),
    reportEveryS: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: 0.1 }))),
    frameEveryS: positive('seconds between the pictures of a drone'),
    waveformEveryS: positive(
      'seconds between the raw waveforms of a vibration sensor on a calm day; none when left out',
    ),
    patrol: Type.Optional(PATROL),
    houses: Type.Optional(HOUSES),
    incidents: Type.Array(INCIDENT),
    faults: Type.Optional(Type.Array(FAULT)),
    thresholds: Type.Optional(THRESHOLDS),
  },
  closed,
)

/** What happens in the sub-district, round by round: a validated `scenarios/*.yaml`. */
export type Scenario = Static<typeof SCENARIO>
export type IncidentEntry = Scenario['incidents'][number]
export type IncidentOf<K extends IncidentEntry['kind']> = Extract<IncidentEntry, { kind: K }>
export type Thresholds = NonNullable<Scenario['thresholds']>
export type FaultEntry = NonNullable<Scenario['faults']>[number]

/** What the drone looks at; without a patrol it hovers there, so one at a time. */
const SEEN_BY_DRONE: ReadonlySet<IncidentEntry['kind']> = new Set(['sighting', 'dumping', 'swimmer'])
export const isSeenByDrone = ({ kind }: IncidentEntry) => SEEN_BY_DRONE.has(kind)

/** Reads a shipped scenario by its name (`demo`, `ci`) or any file by its path. Throws `config_invalid`. */
export function loadScenario(nameOrPath: string): Scenario {
  const isPath = /[\\/]|\.ya?ml$/.test(nameOrPath)
  const file = isPath ? nameOrPath : assetPath(`simulators/scenarios/${nameOrPath}.yaml`)
  try {
    return parseScenario(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('config_invalid', `cannot read the scenario ${file}`, { file }, { cause })
  }
}

/** YAML text to a scenario. Throws `config_invalid` whose `details.faults` lists everything that is wrong. */
export function parseScenario(text: string, file: string): Scenario {
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    throw new AppError('config_invalid', `${file} is not YAML: ${(cause as Error).message}`, { file }, { cause })
  }
  const faults = Value.Check(SCENARIO, document) ? findMisfits(document) : findFaults(document)
  if (faults.length > 0) throw new AppError('config_invalid', `${file}: ${faults.join('; ')}`, { file, faults })
  return document as Scenario
}

/** Of an entry that fits no kind of incident, the faults against the kind that it names are what helps. */
function findFaults(document: unknown): string[] {
  return [...Value.Errors(SCENARIO, document)]
    .filter((error) => error.keyword !== 'anyOf')
    .map((error) => `${error.instancePath || '/'} ${error.message}`)
}

/** What no schema can say. */
function findMisfits(scenario: Scenario): string[] {
  const entries = [...scenario.incidents, ...(scenario.faults ?? [])]
  const types = [
    ...entries.map((entry) => ('type' in entry ? entry.type : undefined)),
    ...Object.keys(scenario.counts ?? {}),
    ...Object.keys(scenario.density ?? {}),
    ...Object.keys(scenario.reportEveryS ?? {}),
  ]
  const sightings = scenario.incidents
    .filter(isSeenByDrone)
    .flatMap((entry) =>
      occurrences(entry, scenario.loopS).map((atS) => ({ kind: entry.kind, atS, toS: atS + entry.forS })),
    )
    .sort((a, b) => a.atS - b.atS)
  const { patrol } = scenario
  const happening = new Set<string>([...scenario.incidents.map(({ kind }) => kind), ...(patrol ? ['floating'] : [])])
  return [
    ...Object.keys(scenario.density ?? {})
      .filter((type) => scenario.counts?.[type] !== undefined)
      .map((type) => `${type} has a count and a density`),
    ...Object.keys(scenario.thresholds?.kinds ?? {})
      .filter((kind) => !happening.has(kind))
      .map((kind) => `thresholds: no ${kind} happens`),
    ...(patrol && patrol.toM <= patrol.fromM ? ['patrol: toM must be beyond fromM'] : []),
    ...scenario.incidents
      .filter((entry) => entry.kind === 'sighting')
      .filter(({ picture, shows }) => (patrol ? shows === undefined || picture !== undefined : picture === undefined))
      .map(({ atS }) => `sighting at ${atS} s: ${patrol ? 'with a patrol say what it shows' : 'name its picture'}`),
    ...sightings
      .filter((entry, i) => i > 0 && entry.atS < sightings[i - 1]!.toS)
      .map(({ kind, atS }) => `${kind} at ${atS} s begins before the one before has ended`),
    ...entries
      .filter((entry) => entry.atS + entry.forS > scenario.loopS)
      .map((entry) => `${entry.kind} at ${entry.atS} s ends after the round of ${scenario.loopS} s`),
    ...entries
      .filter((entry) => entry.everyS !== undefined && entry.everyS < entry.forS)
      .map((entry) => `${entry.kind} at ${entry.atS} s comes again before it has ended`),
    ...types
      .filter((type) => type !== undefined && !Object.hasOwn(DEVICE_TYPES, type))
      .map((type) => `unknown device type ${type}`),
  ]
}
