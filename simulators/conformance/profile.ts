import { readdirSync, readFileSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import Value from 'typebox/value'
import { parse } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { METRICS } from '../../core/metrics.ts'
import { assetPath } from '../../core/source-path.ts'

const Words = Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false })
const Positive = Type.Number({ exclusiveMinimum: 0 })

/** What places a picture on the ground and in time, by the names of EXIF and of DJI's XMP. */
export const FRAME_TAGS = [
  'DateTimeOriginal',
  'GPS',
  'RelativeAltitude',
  'GimbalYawDegree',
  'GimbalPitchDegree',
  'FocalLength',
] as const

/** `mqtt`: huying's own topics; `dji`: those of the DJI Cloud API; `http`: pictures over HTTP and no MQTT. */
export const LANGUAGES = ['mqtt', 'dji', 'http'] as const
export type Language = (typeof LANGUAGES)[number]

/** What a device of one kind has to do, as data. Times in seconds. */
export const ProfileSchema = Type.Object(
  {
    profile: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    title: Words,
    deviceType: Type.String({ description: 'The type under which the device is registered' }),
    speaks: Type.Enum([...LANGUAGES], { default: 'mqtt' }),
    reports: Type.Object(
      {
        metrics: Type.Array(Type.String(), { description: 'Each must come', default: [] }),
        optional: Type.Array(Type.String(), { default: [] }),
        everyS: Positive,
        /** The longest pause between two reports, as a multiple of `everyS`. */
        patience: Type.Number({ minimum: 1, default: 1.5 }),
      },
      { additionalProperties: false },
    ),
    clock: Type.Object(
      { driftS: Type.Number({ minimum: 0, default: 5 }) },
      { additionalProperties: false, default: {} },
    ),
    link: Type.Object(
      {
        birthWithinS: Type.Number({ exclusiveMinimum: 0, default: 10 }),
        keepAliveS: Type.Tuple([Positive, Positive], { default: [10, 1200] }),
        returnWithinS: Type.Number({ exclusiveMinimum: 0, default: 60 }),
        /** Most attempts a minute while the broker is away. */
        attemptsPerMinute: Type.Number({ exclusiveMinimum: 0, default: 30 }),
      },
      { additionalProperties: false, default: {} },
    ),
    limits: Type.Object(
      {
        bytes: Type.Integer({ minimum: 1, default: 65_536 }),
        messagesPerMinute: Type.Number({ exclusiveMinimum: 0, default: 600 }),
        /** Unacknowledged messages at a time. */
        inFlight: Type.Integer({ minimum: 1, default: 100 }),
      },
      { additionalProperties: false, default: {} },
    ),
    /** Pictures, for drones and cameras. */
    frames: Type.Optional(
      Type.Object(
        {
          required: Type.Boolean({ default: true }),
          /** What each must say. */
          tags: Type.Array(Type.Enum([...FRAME_TAGS]), { default: [...FRAME_TAGS] }),
        },
        { additionalProperties: false },
      ),
    ),
    /** Files that are uploaded to a store and announced, for docks. */
    media: Type.Optional(Type.Object({ required: Type.Boolean({ default: true }) }, { additionalProperties: false })),
    /** Clauses that weigh differently for this kind: `off` leaves one out. */
    levels: Type.Record(Type.String(), Type.Enum(['must', 'should', 'off']), { default: {} }),
  },
  { additionalProperties: false },
)
export type Profile = Static<typeof ProfileSchema>

/** Reads a shipped profile by its name, or a file. Throws `config_invalid` naming what is wrong in it. */
export function loadProfile(nameOrFile: string): Profile {
  const isFile = /[/\\]|\.ya?ml$/.test(nameOrFile)
  const path = isFile ? nameOrFile : `${shippedFolder()}/${nameOrFile}.yaml`
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const known = shippedProfiles()
    throw new AppError('config_invalid', `there is no profile ${nameOrFile}: ${known.join(', ')}`, { known }, { cause })
  }
  return parseProfile(text, nameOrFile)
}

/** Names of the profiles that come with huying. */
export function shippedProfiles(): string[] {
  return readdirSync(shippedFolder())
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
}

function shippedFolder(): string {
  return assetPath('simulators/conformance/profiles')
}

/** Throws `config_invalid` with all that is wrong. */
export function parseProfile(text: string, name: string): Profile {
  let raw: unknown
  try {
    raw = parse(text)
  } catch (error) {
    throw new AppError('config_invalid', `${name}: ${(error as Error).message}`)
  }
  const filled = Value.Default(ProfileSchema, raw)
  const faults = [...Value.Errors(ProfileSchema, filled)].map(
    ({ instancePath, message }) => `${instancePath.slice(1).replaceAll('/', '.') || 'profile'}: ${message}`,
  )
  if (faults.length > 0) throw new AppError('config_invalid', `${name}: ${faults.join('; ')}`, { faults })
  const profile = filled as Profile
  const unknown = [...profile.reports.metrics, ...profile.reports.optional].filter((metric) => !(metric in METRICS))
  if (unknown.length > 0)
    throw new AppError('config_invalid', `${name}: reports: no unit is known for ${unknown.join(', ')}`, { unknown })
  return profile
}
