import { createHash } from 'node:crypto'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { EVENT_OF_COMMAND, stepOnCommand } from '../../alerts/alert-life.ts'
import { createFloodWatch } from '../../alerts/flood.ts'
import { createStatistics } from '../../alerts/statistics.ts'
import { createPictureDesk } from '../../app/picture-desk.ts'
import { type Alert, isOpen } from '../../core/alert.ts'
import type { AlertCommand } from '../../core/alert-command.ts'
import type { Device } from '../../core/device.ts'
import { AppError } from '../../core/errors.ts'
import type { FrameRow, History, ReadingQuery, ReadingRow } from '../../core/history.ts'
import type { AlertEvent, AlertEventType, LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import type { Frame, RecordEntry } from '../../core/observation.ts'
import type { FlightTold } from '../../core/patrol.ts'
import { refuse } from '../../core/refusal.ts'
import type { SubscriberState } from '../../core/subscriber-desk.ts'
import { parseWaveform } from '../../core/waveform-block.ts'
import type { WaveformRow } from '../../core/waveform-desk.ts'
import type { ApiPorts, Remote } from '../../dashboards/api/ports.ts'
import { changedSpec } from '../../ingest/device-spec.ts'
import { createMemoryBacktests } from './memory-backtests.ts'
import { createMemoryHouses } from './memory-houses.ts'
import { askMemoryLedger } from './memory-ledger.ts'
import { createMemoryOutputs } from './memory-outputs.ts'
import { createMemoryPatrol, type MemoryPatrol } from './memory-patrol.ts'

/** The whole service behind the API, in memory: what is put in comes out, and the database can be taken away. */
export interface MemoryPorts extends ApiPorts {
  /** Adds a device whose token is `token-of-<id>`. */
  addDevice(device: Partial<Device> & { id: string }): void
  /** Raises, updates or clears: the alert as it stands from now on. */
  change(alert: Alert, type?: AlertEventType, by?: string, comment?: string): void
  addReadings(rows: ReadingRow[]): void
  addFrame(row: FrameRow, jpeg: Buffer, annotated?: Buffer): void
  takeDatabaseAway(away: boolean): void
  readonly memoryHouses: ReturnType<typeof createMemoryHouses>
  readonly patrol: MemoryPatrol
  /** What was written into the ledger besides alerts. */
  readonly ledger: LedgerEntry[]
  /** Idempotency keys of the commands that came in. */
  readonly commands: AlertCommand[]
  /** Who takes dispatch events. */
  readonly subscriberStates: SubscriberState[]
  readonly records: RecordEntry[]
}

export const ADMIN = 'admin-token'
export const VIEWER = 'viewer/token='
export const OPERATOR = 'operator-token'
/** May see originals, and no more than a viewer else. */
export const WITNESS = 'witness-token'
const RIGHTS = { [ADMIN]: 'admin', [OPERATOR]: 'operate', [VIEWER]: 'view' } as const

export function createMemoryPorts(options: { nowMs: () => number; demo?: boolean; worldFile?: string }): MemoryPorts {
  const { nowMs } = options
  const devices = new Map<string, Device>()
  const alerts = new Map<string, Alert>()
  const events: AlertEvent[] = []
  const listeners = new Set<(event: AlertEvent, cursor: string) => void>()
  const readings: ReadingRow[] = []
  const frames: FrameRow[] = []
  const pending = new Map<string, FrameRow>()
  /** Pictures as they were sent, and those made to be shown. */
  const files = new Map<string, Buffer>()
  const shown = new Map<string, Buffer>()
  const commands: AlertCommand[] = []
  const subscribers: SubscriberState[] = []
  const { orders } = createAlertBook({ describe: () => ({}) })
  const records: RecordEntry[] = []
  const waveforms: WaveformRow[] = []
  const patrol = createMemoryPatrol(nowMs)
  const ledger: LedgerEntry[] = []
  const counts = { devicesOnline: 0, readingsTotal: 0, framesTotal: 0 }
  const flood = createFloodWatch({ causeOf: ({ place = '' }) => ({ kind: 'building', name: place }) })
  const statistics = createStatistics()
  let away = false

  const put = (bytes: Buffer, into = files) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    into.set(sha256, bytes)
    return sha256
  }
  function change(alert: Alert, type: AlertEventType = 'alert.raised', by?: string, comment?: string): void {
    alerts.set(alert.id, alert)
    const event = { type, atMs: nowMs(), alert, ...(by && { by }), ...(comment && { comment }) }
    events.push(event)
    flood.observe(event)
    statistics.observe(event)
    for (const listener of listeners) listener(event, String(events.length))
  }
  async function command(asked: AlertCommand, by: string): Promise<Alert> {
    const alert = alerts.get(asked.alertId)
    if (alert === undefined) throw new AppError('not_found', 'no such alert', { alert: asked.alertId })
    if (asked.expectedVersion !== undefined && asked.expectedVersion !== alert.version)
      throw new AppError('conflict', 'the alert has changed', { version: alert.version })
    if (commands.some((one) => one.idempotencyKey !== undefined && one.idempotencyKey === asked.idempotencyKey))
      return alert
    commands.push(asked)
    const { comment, untilMs = nowMs() + 3_600_000, expectedVersion: _, ...rest } = asked
    const shelf = { by, atMs: nowMs(), untilMs, ...(comment !== undefined && { reason: comment }) }
    const put = asked.type === 'shelve' ? shelf : undefined
    const { alert: next } = stepOnCommand(alert, { ...rest, by }, nowMs(), put)
    change({ ...next, version: alert.version + 1 }, EVENT_OF_COMMAND[asked.type], by, comment)
    return { ...next, version: alert.version + 1 }
  }
  function asked<T>(answer: T): Promise<T> {
    if (away) return Promise.reject(new AppError('database_unavailable', 'the database is away'))
    return Promise.resolve(answer)
  }
  const matching = (query: ReadingQuery) =>
    readings.filter(
      (row) =>
        (query.device ?? row.device) === row.device &&
        (query.metric ?? row.metric) === row.metric &&
        row.atMs >= (query.fromMs ?? Number.NEGATIVE_INFINITY) &&
        row.atMs < (query.toMs ?? Number.POSITIVE_INFINITY),
    )
  const history: History = {
    readings: (query) => {
      const from = Number(query.cursor ?? 0)
      const rows = matching(query)
      const more = from + query.limit < rows.length
      return asked({
        items: rows.slice(from, from + query.limit),
        ...(more && { nextCursor: `${from + query.limit}` }),
      })
    },
    countReadings: (query) => asked(matching(query).length),
    alerts: (query) =>
      asked({
        items: [...alerts.values()].filter(({ state }) => state === (query.state ?? state)).slice(0, query.limit),
      }),
    alertEvents: (id) => asked(events.filter((event) => event.alert.id === id)),
    ledger: (query) => asked(askMemoryLedger([...events, ...ledger], query)),
    frames: (query) => asked(frames.filter(({ device }) => device === (query.device ?? device)).slice(0, query.limit)),
    frame: (frameId) => asked(frames.find((row) => row.frameId === frameId) ?? null),
    records: (query) => asked(records.filter(({ recordType }) => recordType === (query.type ?? recordType))),
    status: () => ({ engine: 'pglite', ready: !away, intakeLag: 0, ledgerLag: 0 }),
  }

  const memoryHouses = createMemoryHouses(nowMs, {
    devices: () => [...devices.values()],
    latest: () => [],
    openAlerts: () => [...alerts.values()].filter(isOpen),
    history,
  })
  return {
    memoryHouses,
    houses: memoryHouses.desk,
    housePictures: memoryHouses.pictures,
    history,
    ledgerId: 'memory',
    commands,
    subscriberStates: subscribers,
    records,
    change,
    addDevice: (device) =>
      void devices.set(device.id, { type: 'smoke-detector', registeredAtMs: nowMs(), tokenHash: 'secret', ...device }),
    addReadings: (rows) => void readings.push(...rows),
    addFrame(row, jpeg, annotated) {
      const sha256 = put(jpeg)
      frames.push({ ...row, sha256, ...(annotated && { annotatedSha256: put(annotated, shown) }) })
    },
    takeDatabaseAway: (isAway) => {
      away = isAway
    },
    registry: {
      get: (id) => devices.get(id),
      all: () => [...devices.values()],
      register: async (spec) => {
        if (devices.has(spec.id)) throw new AppError('conflict', 'the id is taken', { device: spec.id })
        const device = { ...spec, registeredAtMs: nowMs(), tokenHash: 'secret' }
        devices.set(spec.id, device)
        return { device, token: `token-of-${spec.id}` }
      },
      change: async (id, change) => {
        const known = devices.get(id)
        if (known === undefined) throw new AppError('not_found', 'no such device', { device: id })
        const { registeredAtMs, tokenHash } = known
        const device = { ...changedSpec(known, change), registeredAtMs, tokenHash }
        devices.set(id, device)
        return device
      },
      replaceToken: async (id) => {
        if (!devices.has(id)) throw new AppError('not_found', 'no such device', { device: id })
        return { token: `new-token-of-${id}` }
      },
      verify: (id, token) => devices.has(id) && token === `token-of-${id}`,
    },
    frontDoor: {
      readings: (_deviceId, _payload, done) => done(null),
      camera: (_deviceId, _payload, done) => done(null),
      news: async (deviceId, flightId, body) => {
        if (!devices.has(deviceId)) return refuse('unknown_device', 'no such device')
        return { kind: 'flight', deviceId, flightId, atMs: nowMs(), told: body as FlightTold }
      },
      frame: async (deviceId, jpeg, told) => {
        if (!devices.has(deviceId)) return refuse('unknown_device', 'no such device')
        if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return refuse('not_a_jpeg', 'the first bytes are not FF D8')
        const sha256 = put(jpeg)
        const frameId = `${deviceId}-${pending.size + 1}`
        const shape = { widthPx: 4, heightPx: 4, pose: {}, atMs: nowMs() }
        const flight = told?.flightId === undefined ? {} : { flightId: told.flightId }
        const frame: Frame = { kind: 'frame', deviceId, frameId, sha256, ...shape, ...flight }
        pending.set(frameId, { frameId, device: deviceId, sha256, ...shape, state: 'queued', detections: [] })
        return frame
      },
      waveform: async (deviceId, block) => {
        const head = parseWaveform(block)
        if ('fault' in head) return refuse('bad_payload', head.fault)
        const waveformId = createHash('sha256').update(block).digest('hex').slice(0, 32)
        const atMs = head.startUs / 1000
        const row = { waveformId, sha256: put(block), atMs, head }
        waveforms.push({ ...row, device: deviceId, state: 'queued' })
        return { kind: 'waveform', deviceId, ...row }
      },
      record: async (source, body) => {
        if (typeof body !== 'object' || body === null || !('type' in body))
          return refuse('bad_payload', 'type is missing')
        const { type, ...rest } = body as { type: string }
        const recordId = `record-${records.length + 1}`
        const record: RecordEntry = {
          kind: 'record',
          deviceId: source,
          recordId,
          recordType: type,
          atMs: nowMs(),
          body: rest,
        }
        records.push(record)
        return record
      },
    },
    waveforms: {
      list: ({ device, limit }) =>
        waveforms.filter((row) => device === undefined || row.device === device).slice(0, limit),
      get: (id) => waveforms.find(({ waveformId }) => waveformId === id),
      bytes: async (id) => files.get(waveforms.find(({ waveformId }) => waveformId === id)?.sha256 ?? '') ?? null,
    },
    backtests: createMemoryBacktests(nowMs),
    why: {
      async why({ rule, subject, atMs = nowMs() }) {
        throw new AppError('not_found', 'there was no such rule then', { rule, subject, atMs })
      },
    },
    ...{ patrol, ledger, flights: patrol.flights, findings: patrol.findings },
    evidence: { get: async (sha256) => shown.get(sha256) ?? null },
    pictures: createPictureDesk({
      originals: { get: async (sha256) => files.get(sha256) ?? null },
      ledger: {
        write(entry, onCommitted) {
          ledger.push(entry)
          onCommitted?.(ledger.length, entry)
        },
      },
      clock: { nowMs },
    }),
    alerts: {
      openTests: () => [],
      open: () => [...alerts.values()].filter(isOpen),
      get: (id) => alerts.get(id),
      command,
      onEvent: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    noise: {
      silences: orders.silences,
      silence: orders.silence,
      outOfService: orders.outOfService,
      setSilence: async (asked) => orders.setSilence(asked, nowMs()).silence,
      endSilence: async (id, by) => orders.endSilence(id, by, nowMs()).silence,
      takeOut: async (asked) => orders.takeOut(asked, nowMs()).outOfService,
      putBack: async (device, by) => orders.putBack(device, by, nowMs()).outOfService,
    },
    outputs: createMemoryOutputs(nowMs),
    subscribers: { list: () => subscribers, remove: async () => undefined },
    load: {
      floods: () => flood.state(nowMs()),
      statistics: () =>
        statistics.at(nowMs(), { open: [...alerts.values()].filter(isOpen), floods: flood.state(nowMs()) }),
    },
    refusals: () => [
      { device: '?', reason: 'bad_token', count: 3, lastAtMs: nowMs(), lastDetail: 'password is wrong' },
    ],
    measurements: () => [
      { name: 'huying_readings_total', help: 'Readings admitted.', kind: 'counter', value: readings.length },
      { name: 'huying_refused_total', help: 'Refused.', kind: 'counter', value: 2, labels: { reason: 'bad_token' } },
      { name: 'huying_refused_total', help: 'Refused.', kind: 'counter', value: 5, labels: { reason: 'too_large' } },
    ],
    readiness: () =>
      away
        ? { ready: false, reasons: [{ code: 'database_unavailable', message: 'the database is away' }], info: {} }
        : { ready: true, reasons: [], info: { engine: 'pglite' } },
    // One object that changes, as a caller may well have it.
    counts: () =>
      Object.assign(counts, {
        devicesOnline: devices.size,
        readingsTotal: readings.length,
        framesTotal: frames.length,
      }),
    authorise: (token: string | null, remote: Remote) => {
      if (token === null) return options.demo && remote.loopback ? { name: 'local', rights: 'admin' } : null
      if (token === WITNESS) return { name: 'witness', rights: 'view', originals: true }
      const rights = RIGHTS[token as keyof typeof RIGHTS]
      return rights === undefined ? null : { name: rights, rights }
    },
    recentFrame: (frameId) => pending.get(frameId),
    presence: (id) => ({ online: !id.endsWith('9'), lastSeenMs: nowMs() }),
    health: () => undefined,
    pipeline: () => ({ atMs: nowMs(), stepMs: 5_000, stages: [] }),
    title: { zh: '文津街道', en: 'Wenjin Sub-district' },
    timeZone: 'Asia/Shanghai',
    maxFrameBytes: 1024 * 1024,
    ...(options.worldFile !== undefined && { worldFile: options.worldFile }),
    version: '0.0.0',
    log: silentLog,
    clock: { nowMs },
  }
}
