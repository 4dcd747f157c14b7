import Type, { type Static } from 'typebox'
import { assetPath } from '../core/source-path.ts'
import { DEFAULT_SETTINGS, FIXED_CAMERAS } from '../detectors/patrol/settings.ts'

/** One setting: JSON schema plus what people need to know of it. `env` names the variable that overrides the file. */
function setting<T extends Type.TSchema>(schema: T, about: { text: string; unit?: string; env?: string }): T {
  return Object.assign(schema, { description: about.text, unit: about.unit, env: about.env })
}
const section = <P extends Type.TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description, default: {} })

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
    http: section(
      {
        host: setting(Type.String({ default: '0.0.0.0' }), { text: 'Address to listen on.', env: 'HUYING_HTTP_HOST' }),
        port: setting(Type.Integer({ minimum: 0, maximum: 65535, default: 8080 }), {
          text: 'Pages, API, WebSocket and MQTT over WebSocket (`/mqtt`). 0 takes a free one.',
          env: 'HUYING_HTTP_PORT',
        }),
        adminToken: setting(Type.String({ default: '' }), {
          text: 'Bearer token with all rights. Empty: one is made on first start and its file is named in the log.',
          env: 'HUYING_ADMIN_TOKEN',
        }),
        tokens: setting(
          Type.Array(
            Type.Object(
              {
                name: Type.String({ minLength: 1, maxLength: 64 }),
                token: Type.String({ minLength: 16, maxLength: 512 }),
                rights: Type.Union([Type.Literal('view'), Type.Literal('operate'), Type.Literal('admin')]),
                originals: Type.Optional(Type.Boolean()),
              },
              { additionalProperties: false },
            ),
            { default: [], maxItems: 1000 },
          ),
          {
            text: 'Further tokens, `{name, token, rights: view|operate|admin, originals}`. `originals: true`: may see pictures as the camera took them, which is recorded.',
          },
        ),
        trustLoopback: setting(Type.Boolean({ default: false }), {
          text: 'Let a browser on this machine in without a token. `huying demo` turns it on; never behind a proxy.',
          env: 'HUYING_TRUST_LOOPBACK',
        }),
        maxFrameBytes: setting(Type.Integer({ minimum: 1024, default: 33_554_432 }), {
          text: 'Largest picture taken in.',
          unit: 'bytes',
        }),
      },
      'The HTTP side.',
    ),
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
    noise: section(
      {
        flapChanges: setting(Type.Integer({ minimum: 0, default: 6 }), {
          text: 'An alert that comes and goes more often than this is held open. 0: never held.',
          env: 'HUYING_FLAP_CHANGES',
        }),
        flapWithinS: setting(Type.Number({ minimum: 1, default: 60 }), {
          text: 'Within which time the changes are counted.',
          unit: 's',
        }),
        flapStableS: setting(Type.Number({ minimum: 1, default: 60 }), {
          text: 'How long the condition must be stable before a held alert is let go.',
          unit: 's',
        }),
        repeatCriticalS: setting(Type.Number({ minimum: 0, default: 900 }), {
          text: "A critical alert that is nobody's for this long is told again. 0: never; so below.",
          unit: 's',
        }),
        repeatMajorS: setting(Type.Number({ minimum: 0, default: 3600 }), {
          text: 'The same for a major one.',
          unit: 's',
        }),
        repeatMinorS: setting(Type.Number({ minimum: 0, default: 0 }), {
          text: 'The same for a minor one.',
          unit: 's',
        }),
        repeatWarningS: setting(Type.Number({ minimum: 0, default: 0 }), {
          text: 'The same for a warning.',
          unit: 's',
        }),
        repeatAcknowledged: setting(Type.Boolean({ default: false }), {
          text: 'Tell those again too that somebody has acknowledged.',
        }),
        recurrences: setting(Type.Integer({ minimum: 0, default: 10 }), {
          text: 'Alerts of one rule at one place that are told within the time below. 0: no limit.',
        }),
        recurrenceWithinS: setting(Type.Number({ minimum: 1, default: 600 }), {
          text: 'Time of that limit.',
          unit: 's',
        }),
        groupBy: setting(Type.String({ default: '' }), {
          text: 'Alerts with equal labels are told as one, for example `place,category`. Empty: each for itself.',
        }),
        groupWaitS: setting(Type.Number({ minimum: 0, default: 30 }), {
          text: 'How long the first of a group waits for others.',
          unit: 's',
        }),
        groupIntervalS: setting(Type.Number({ minimum: 1, default: 300 }), {
          text: 'A group that has changed is told at most this often.',
          unit: 's',
        }),
        groupRepeatS: setting(Type.Number({ minimum: 1, default: 14400 }), {
          text: 'A group that lasts is told again this often.',
          unit: 's',
        }),
        shippedInhibitions: setting(Type.Boolean({ default: true }), {
          text: 'A dead gateway and a fire quieten their symptoms.',
        }),
        inhibitions: setting(Type.String({ default: '' }), {
          text: 'YAML file of inhibitions of your own, read at the start.',
          env: 'HUYING_INHIBITIONS',
        }),
        shelfMaxHours: setting(Type.Number({ minimum: 0.01, default: 8 }), {
          text: 'Longest time that an alert may be shelved.',
          unit: 'h',
        }),
        outOfServiceMaxDays: setting(Type.Number({ minimum: 0.01, default: 30 }), {
          text: 'Longest time that a device may be out of service.',
          unit: 'd',
        }),
        silenceMaxDays: setting(Type.Number({ minimum: 0.01, default: 30 }), { text: 'Longest silence.', unit: 'd' }),
      },
      'What is kept from people. Alerts that lives depend on pass all of it but a shelf and a device out of service.',
    ),
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
    media: section(
      {
        folder: setting(Type.String({ default: '' }), {
          text: 'Pictures put into `<folder>/<device>/[flight/]` are taken in. Empty: no folder is watched.',
          env: 'HUYING_FRAMES_DIR',
        }),
        folderDone: setting(Type.Union([Type.Literal('move'), Type.Literal('delete')], { default: 'move' }), {
          text: 'What becomes of a picture that was taken in: `move` puts it into `<folder>/done/`.',
        }),
        endpoint: setting(Type.String({ default: '' }), {
          text: 'S3-compatible store that docks upload to, for example `https://minio.example:9000`. Empty: none.',
          env: 'HUYING_S3_ENDPOINT',
        }),
        bucket: setting(Type.String({ default: '' }), { text: 'Its bucket.', env: 'HUYING_S3_BUCKET' }),
        addressing: setting(Type.Union([Type.Literal('path'), Type.Literal('host')], { default: 'path' }), {
          text: '`host`: the bucket is part of the host name (Alibaba OSS); `path`: of the path (MinIO).',
        }),
        region: setting(Type.String({ default: 'us-east-1' }), { text: 'Its region.', env: 'HUYING_S3_REGION' }),
        prefix: setting(Type.String({ default: '' }), {
          text: 'Before the device id in the keys of objects.',
          env: 'HUYING_S3_PREFIX',
        }),
        accessKeyId: setting(Type.String({ default: '' }), {
          text: 'Key by which pictures are fetched and listed (read only is enough).',
          env: 'HUYING_S3_ACCESS_KEY_ID',
        }),
        secretAccessKey: setting(Type.String({ default: '' }), {
          text: 'Its secret.',
          env: 'HUYING_S3_SECRET_ACCESS_KEY',
        }),
        listEveryS: setting(Type.Number({ minimum: 0, default: 0 }), {
          text: 'How often the bucket is searched for pictures that nobody announced. 0: never.',
          unit: 's',
          env: 'HUYING_S3_LIST_EVERY_S',
        }),
        tries: setting(Type.Integer({ minimum: 1, maximum: 100, default: 8 }), {
          text: 'How often a picture that was announced and is not there is looked for, at growing intervals.',
        }),
        dockProvider: setting(
          Type.Union([Type.Literal('minio'), Type.Literal('aws'), Type.Literal('ali')], { default: 'minio' }),
          { text: 'What docks and DJI Pilot are told of the store: `minio`, `aws` or `ali`.' },
        ),
        dockEndpoint: setting(Type.String({ default: '' }), {
          text: 'The store as docks reach it. Empty: as above.',
          env: 'HUYING_S3_DOCK_ENDPOINT',
        }),
        dockAccessKeyId: setting(Type.String({ default: '' }), {
          text: 'Key that docks are given, with the right to write only. Empty: they are told that there is no store.',
          env: 'HUYING_S3_DOCK_ACCESS_KEY_ID',
        }),
        dockSecretAccessKey: setting(Type.String({ default: '' }), {
          text: 'Its secret.',
          env: 'HUYING_S3_DOCK_SECRET_ACCESS_KEY',
        }),
        dockSecurityToken: setting(Type.String({ default: '' }), {
          text: 'Of temporary credentials, which somebody else makes and puts here.',
          env: 'HUYING_S3_DOCK_SECURITY_TOKEN',
        }),
        dockExpireS: setting(Type.Integer({ minimum: 60, default: 3600 }), {
          text: 'For how long docks are told to use them.',
          unit: 's',
        }),
      },
      'Pictures that come by a folder or a bucket.',
    ),
    patrol: section(
      {
        classes: setting(Type.String({ default: '' }), {
          text: 'YAML file over `detectors/patrol/shipped/classes.yaml`: how findings of each class are made.',
          env: 'HUYING_PATROL_CLASSES',
        }),
        masks: setting(Type.String({ default: '' }), {
          text: 'GeoJSON of polygons in which some classes are not looked for, with `labels` and `reason`.',
          env: 'HUYING_PATROL_MASKS',
        }),
        fixedCameras: setting(Type.String({ default: FIXED_CAMERAS.join(', ') }), {
          text: 'Types of devices whose pictures are of no flight; pictures of all others are.',
        }),
        minSharpness: setting(Type.Number({ minimum: 0, default: DEFAULT_SETTINGS.demands.minSharpness }), {
          text: 'A picture less sharp than this does not cover what it shows.',
        }),
        maxGsdCm: setting(Type.Number({ exclusiveMinimum: 0, default: DEFAULT_SETTINGS.demands.maxGsdCm }), {
          text: 'Nor does one coarser than this.',
          unit: 'cm/px',
        }),
        maxClipped: setting(Type.Number({ minimum: 0, maximum: 1, default: DEFAULT_SETTINGS.demands.maxClipped }), {
          text: 'Nor one of which a larger share is black or white.',
        }),
        silenceS: setting(Type.Number({ minimum: 10, default: DEFAULT_SETTINGS.silenceS }), {
          text: 'A drone of which nothing is heard for so long has landed.',
          unit: 's',
        }),
        gpsBiasM: setting(Type.Number({ minimum: 0, default: DEFAULT_SETTINGS.gpsBiasM }), {
          text: 'No position is known better than this.',
          unit: 'm',
        }),
        nearM: setting(Type.Number({ exclusiveMinimum: 0, default: DEFAULT_SETTINGS.nearM }), {
          text: 'A drone that comes this near to the centre line has flown it.',
          unit: 'm',
        }),
      },
      'What patrols make of pictures.',
    ),
    map: section(
      {
        geojson: setting(Type.String({ default: '' }), {
          text: 'GeoJSON (WGS-84) of your sub-district. Empty: the simulated one.',
          env: 'HUYING_MAP',
        }),
      },
      'What the pages draw.',
    ),
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
