import Type, { type Static } from 'typebox'
import { assetPath } from '../core/source-path.ts'
import { DISPATCH } from './config-sections/dispatch.ts'
import { HOUSES } from './config-sections/houses.ts'
import { HTTP } from './config-sections/http.ts'
import { LEDGER } from './config-sections/ledger.ts'
import { MAP } from './config-sections/map.ts'
import { MEDIA } from './config-sections/media.ts'
import { NOISE } from './config-sections/noise.ts'
import { OUTPUTS } from './config-sections/outputs.ts'
import { PATH_TEST } from './config-sections/path-test.ts'
import { PATROL } from './config-sections/patrol.ts'
import { REGISTERS } from './config-sections/registers.ts'
import { RESPONSE } from './config-sections/response.ts'
import { section, setting } from './config-sections/setting.ts'
import { VIBRATION } from './config-sections/vibration.ts'

/** The whole configuration. `huying.example.yaml` and the table in the docs are printed from it. */
export const ConfigSchema = Type.Object(
  {
    dataDir: setting(Type.String({ default: './data', minLength: 1 }), {
      text: 'Folder of journals, database, evidence and state. One process at a time.',
      env: 'HUYING_DATA_DIR',
    }),
    name: section(
      {
        zh: setting(Type.String({ default: '文津街道' }), { text: 'Name of the sub-district, Chinese.' }),
        en: setting(Type.String({ default: 'Wenjin Sub-district' }), { text: 'Name of the sub-district, English.' }),
      },
      'Shown in the header of every page.',
    ),
    timeZone: setting(Type.String({ default: 'Asia/Shanghai' }), {
      text: 'IANA zone for camera clocks that give none, and for what people read.',
      env: 'HUYING_TIME_ZONE',
    }),
    http: HTTP,
    mqtt: section(
      {
        host: setting(Type.String({ default: '0.0.0.0' }), { text: 'Address to listen on.', env: 'HUYING_MQTT_HOST' }),
        port: setting(Type.Integer({ minimum: 0, maximum: 65535, default: 1883 }), {
          text: 'Embedded broker, MQTT 3.1.1 over TCP. 0 takes a free one.',
          env: 'HUYING_MQTT_PORT',
        }),
        url: setting(Type.String({ default: '' }), {
          text: 'External broker instead of the embedded one, for example `mqtt://user:password@host:1883`.',
          env: 'MQTT_URL',
        }),
        enrolment: setting(Type.Union([Type.Literal('closed'), Type.Literal('open')], { default: 'closed' }), {
          text: '`closed` refuses unknown devices; `open` registers them on first contact (for CI).',
          env: 'HUYING_ENROLMENT',
        }),
        maxConnections: setting(Type.Integer({ minimum: 1, default: 10_000 }), {
          text: 'Devices connected at once.',
        }),
      },
      'How devices reach us.',
    ),
    limits: section(
      {
        messagesPerSecond: setting(Type.Number({ exclusiveMinimum: 0, default: 1000 }), {
          text: 'Sustained rate of one device; beyond it the device is slowed, then refused.',
          unit: '1/s',
          env: 'HUYING_MESSAGES_PER_SECOND',
        }),
        burstMessages: setting(Type.Integer({ minimum: 1, default: 2000 }), {
          text: 'Messages that a device may send at once before the rate counts.',
        }),
        maxReadingsBytes: setting(Type.Integer({ minimum: 64, default: 65_536 }), {
          text: 'Largest message of readings.',
          unit: 'bytes',
        }),
      },
      'What one device may ask of us.',
    ),
    database: section(
      {
        url: setting(Type.String({ default: '' }), {
          text: 'PostgreSQL or TimescaleDB, for example `postgres://user:password@host/huying`. Empty: embedded PGlite.',
          env: 'DATABASE_URL',
        }),
      },
      'The queryable projection of the journal.',
    ),
    journal: section(
      {
        maxBytes: setting(Type.Integer({ minimum: 1_048_576, default: 17_179_869_184 }), {
          text: 'Bound of the intake journal on disk; reached only when the database stays away for long.',
          unit: 'bytes',
          env: 'HUYING_JOURNAL_MAX_BYTES',
        }),
        snapshotEveryS: setting(Type.Number({ exclusiveMinimum: 0, default: 30 }), {
          text: 'How often judging state is written, which bounds the replay after a crash.',
          unit: 's',
          env: 'HUYING_SNAPSHOT_EVERY_S',
        }),
      },
      'The point of durability.',
    ),
    ledger: LEDGER,
    rules: section(
      {
        shipped: setting(Type.Boolean({ default: true }), {
          text: 'Use the rules that come with huying.',
          env: 'HUYING_SHIPPED_RULES',
        }),
        dir: setting(Type.String({ default: '' }), {
          text: 'Folder of your own rule files (*.yaml), watched and reloaded without a restart.',
          env: 'HUYING_RULES_DIR',
        }),
        lateToleranceS: setting(Type.Number({ minimum: 0, maximum: 86_400, default: 60 }), {
          text: 'A reading that others overtook by no more than this is judged in its place; later ones are history.',
          unit: 's',
          env: 'HUYING_LATE_TOLERANCE_S',
        }),
        liveWithinS: setting(Type.Number({ minimum: 1, maximum: 3_153_600_000, default: 600 }), {
          text: 'What happened longer ago than this when it arrives is judged as history: nobody is alerted of it.',
          unit: 's',
          env: 'HUYING_LIVE_WITHIN_S',
        }),
      },
      'What raises alerts.',
    ),
    flood: section(
      {
        enterAbove: setting(Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }), {
          text: 'More new alerts than this in 10 minutes are a flood.',
        }),
        leaveBelow: setting(Type.Integer({ minimum: 1, maximum: 10_000, default: 5 }), {
          text: 'A flood is over when fewer than this are new in 10 minutes. At most `enterAbove`.',
        }),
      },
      'When alerts come faster than a person can follow.',
    ),
    response: RESPONSE,
    noise: NOISE,
    dispatch: DISPATCH,
    vision: section(
      {
        workers: setting(Type.Integer({ minimum: 0, maximum: 64, default: 0 }), {
          text: 'Worker threads that analyse frames. 0: one less than the cores, at least one.',
          env: 'HUYING_VISION_WORKERS',
        }),
        maxPendingFrames: setting(Type.Integer({ minimum: 1, maximum: 100_000, default: 10_000 }), {
          text: 'Frames that may wait to be analysed; what comes then is turned away and has to be sent again.',
        }),
        manifest: setting(Type.String({ default: '' }), {
          text: 'Model manifest of your own. Empty: `detectors/models/manifest.yaml`.',
          env: 'HUYING_MODEL_MANIFEST',
        }),
      },
      'How pictures are judged.',
    ),
    media: MEDIA,
    registers: REGISTERS,
    patrol: PATROL,
    houses: HOUSES,
    vibration: VIBRATION,
    outputs: OUTPUTS,
    pathTest: PATH_TEST,
    map: MAP,
    log: section(
      {
        level: setting(
          Type.Union(
            ['error', 'warn', 'info', 'debug', 'silent'].map((level) => Type.Literal(level)),
            { default: 'info' },
          ),
          { text: 'error, warn, info, debug or silent. JSON lines on standard output.', env: 'LOG_LEVEL' },
        ),
      },
      'The log.',
    ),
  },
  { additionalProperties: false },
)
export type Config = Static<typeof ConfigSchema>

/** The GeoJSON of the sub-district: the configured one, else the simulated one. */
export function mapFileOf(config: Config): string {
  return config.map.geojson || assetPath('simulators/world/wenjin.geojson')
}

/** How patient the rules are with time. */
export function timesOf({ rules }: Config): { lateToleranceMs: number; liveWithinMs: number } {
  return { lateToleranceMs: rules.lateToleranceS * 1000, liveWithinMs: rules.liveWithinS * 1000 }
}
