import { resolve } from 'node:path'
import type { DispatchHub } from '../alerts/dispatch/dispatch-hub.ts'
import { DISPATCH_PATH } from '../alerts/dispatch/websocket.ts'
import type { BacktestDesk } from '../core/backtest-desk.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import type { ReviewCommand } from '../core/finding-desk.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import type { LogTail } from '../core/log-tail.ts'
import { PATH_TEST_TYPE } from '../core/path-test.ts'
import type { PatrolPlan } from '../core/patrol.ts'
import type { PictureDesk } from '../core/picture-desk.ts'
import { createApi } from '../dashboards/api/create-api.ts'
import type { ApiPorts } from '../dashboards/api/ports.ts'
import { seatsEnded } from '../detectors/vision/worker-seat.ts'
import { createDjiDoor } from '../ingest/dji/dji-door.ts'
import { readFrameHeader } from '../ingest/frame-pose.ts'
import { createFrontDoor } from '../ingest/front-door.ts'
import { DEFAULT_LIMITS, type IngestLimits } from '../ingest/limits.ts'
import { createTelemetry } from '../ingest/telemetry.ts'
import { type Authorise, adminToken, createAuthorise } from './access.ts'
import { toAccess } from './access-scribe.ts'
import { asyncApiText } from './asyncapi.ts'
import { createBacktestDesk } from './backtest/backtest-desk.ts'
import { createWhenIdle } from './backtest/when-idle.ts'
import { type Closers, createClosers } from './closers.ts'
import { type Config, mapFileOf, timesOf } from './config-schema.ts'
import { createDiskRoom, type DiskRoom } from './disk-room.ts'
import { createDoors, type Doors } from './doors.ts'
import { createLogTail } from './log-tail.ts'
import { measure } from './measure.ts'
import { measureModels } from './measure-models.ts'
import { toMediaStorage } from './media-settings.ts'
import { createNoiseDesk } from './noise-desk.ts'
import { openBundles } from './open-bundles.ts'
import { openConservation } from './open-conservation.ts'
import { createSubscriberDesk, openDispatch, openDispatchUpgrade } from './open-dispatch.ts'
import { openHouseDesk, openHousePictures, openHouseWatch } from './open-houses.ts'
import { type JudgingRoom, openJudging } from './open-judging.ts'
import { type LedgerRoom, openLedger } from './open-ledger.ts'
import { type Media, openMedia } from './open-media.ts'
import { createOperations } from './open-operations.ts'
import { type OutputRoom, openOutputs } from './open-outputs.ts'
import { openPathTest } from './open-path-test.ts'
import { openRegisters, type Registers } from './open-registers.ts'
import { openStorage, type Storage } from './open-storage.ts'
import { loadOutputs, type OutputPlan } from './output-files.ts'
import { pageSettings } from './page-settings.ts'
import type { PathTest } from './path-test.ts'
import { createPatrolDesk } from './patrol-desk.ts'
import { createPictureDesk } from './picture-desk.ts'
import { createRuleAt } from './rule-at.ts'
import type { SettingOrigins } from './settings-in-force.ts'
import { createUnlessFull, type UnlessFull } from './unless-full.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { VERSION } from './version.ts'
import { createWhy } from './why.ts'

/** The running service. */
export interface App {
  httpPort: number
  /** 0 with an external broker. */
  mqttPort: number
  adminToken: string
  /** File that holds the admin token, when it was not configured. */
  tokenFile: string | undefined
  /** Pictures and waveforms acknowledged and not analysed yet. */
  analysing(): number
  /** Graceful: takes nothing new, finishes what it has begun, writes its state. May be called twice. */
  stop(): Promise<void>
  /** Resolves when no thread looks at a picture any more, which may be long after `stop`: only then may the process exit. */
  threadsEnded(): Promise<void>
}

export interface AppOptions {
  /** Where settings come from. */
  origins?: SettingOrigins
  /** That of a simulated world, for a service that lives in it. */
  clock?: Clock
}

/**
 * Opens everything in the order in which it builds on one another and starts taking in. When something cannot be
 * opened, what was opened before is closed again and the error is thrown.
 */
export async function createApp(config: Config, given: Log, more: AppOptions = {}): Promise<App> {
  const { origins = new Map(), clock = systemClock } = more
  const { log, tail } = createLogTail(given, clock)
  const closers = createClosers(log)
  try {
    const dataDir = resolve(config.dataDir)
    const base = { config, dataDir, clock, log }
    // First of all: what is wrong there is said at once.
    const outputPlan = await loadOutputs(config.outputs.file)
    const storage = await openStorage(config, dataDir, log, closers)
    const access = adminToken(config.http.adminToken, dataDir)
    const authorise = createAuthorise(access.token, config.http.trustLoopback, config.http.tokens)
    const ledger = await openLedger(base, storage.ledger, closers)
    const judging = await openJudging(base, storage, ledger.writer, closers)
    judging.access.tell(toAccess(config.http, access.token), clock.nowMs(), ledger.writer)
    const ports = await openOutside(
      { ...base, authorise, ledger, outputPlan, origins, tail },
      storage,
      judging,
      closers,
    )
    let stopping: Promise<void> | undefined
    return {
      ...ports,
      adminToken: access.token,
      tokenFile: access.file,
      analysing: () => judging.frames.size + judging.waveforms.size,
      stop: () => {
        stopping ??= closers.closeAll()
        return stopping
      },
      threadsEnded: seatsEnded,
    }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

interface Base {
  config: Config
  dataDir: string
  clock: Clock
  log: Log
  authorise: Authorise
  ledger: LedgerRoom
  outputPlan: OutputPlan
  origins: SettingOrigins
  tail: LogTail
}

/** Everything that others connect to: MQTT, HTTP, dispatch. Last to open, first to close. */
async function openOutside(base: Base, storage: Storage, room: JudgingRoom, closers: Closers) {
  const { config, clock, log } = base
  const shared = {
    submit: room.judging.submit,
    registry: room.registry,
    refusals: room.refusals,
    clock,
    log,
    limits: limitsOf(config),
  }
  const telemetry = createTelemetry()
  const operations = createOperations({ ...base, storage, room, limits: shared.limits })
  const frontDoor = operations.watch(
    createFrontDoor({
      ...{ ...shared, telemetry },
      evidence: storage.evidence,
      readFrameHeader: (jpeg) => readFrameHeader(jpeg, { zone: config.timeZone }),
      waveforms: storage.waveforms,
      hasRoomForWaveforms: room.waveforms.hasRoom,
      hasRoomForFrames: () => room.frames.size < config.vision.maxPendingFrames,
    }),
  )
  const dji = createDjiDoor({
    ...{ ...shared, telemetry },
    limits: { ...DEFAULT_LIMITS, ...shared.limits },
    enrolment: config.mqtt.enrolment,
    zone: config.timeZone,
    storage: toMediaStorage(config),
    hasRoomForMedia: room.media.hasRoom,
  })
  const doors = createDoors({ ...shared, dji, config, clientId: `huying-${storage.intake.id}`, frontDoor })
  const hub = await openDispatch(base, storage, room, closers)
  const disk = createDiskRoom({ dir: base.dataDir, log })
  const media = await openMedia({ config, frontDoor, room, clock, log }, closers)
  const registers = await openRegisters({ config, frontDoor, refusals: room.refusals, clock, log }, closers)
  const outputs = await openOutputs({ ...base, plan: base.outputPlan, room, devices: doors.line })
  const pathTest = openPathTest(base, { room, frontDoor, hub, outputs })
  const upkeep = createUpkeep({
    ...{ ...storage, ...room, doors, disk, media, registers, outputs, pathTest, clock },
    ledgerFault: base.ledger.fault,
  })
  const backtests = openBacktests(base, storage, room)
  closers.add(backtests.stop)
  closers.add(operations.stop)
  const outside = {
    ...{ closers, backtests, frontDoor, doors, hub, disk },
    upkeep,
    media,
    registers,
    outputs,
    pathTest,
  }
  const api = await createApi({
    ...apiPorts(base, storage, room, outside),
    ...operations.start({ doors, hub, outputs, disk }),
  })

  closers.add(() => api.close())
  const { host, port } = config.http
  await api.listen({ host, port }).catch((cause: unknown) => {
    throw new AppError('config_invalid', 'the HTTP port cannot be used', { port }, { cause })
  })
  // The HTTP server waits for every connection, so those that last are ended before it: dispatch, MQTT over WebSocket.
  closers.add(hub.stop)
  closers.add(doors.stop)
  const mqttPort = await doors.start()
  closers.add(outputs.stop)
  await outputs.start()
  closers.add(disk.stop)
  await disk.start()
  closers.add(pathTest.stop)
  await pathTest.start()
  closers.add(upkeep.stop)
  upkeep.start()
  const address = api.server.address()
  return { httpPort: typeof address === 'object' && address ? address.port : port, mqttPort }
}

function limitsOf({ limits, http, mqtt }: Config): Partial<IngestLimits> {
  return {
    readingsBytes: limits.maxReadingsBytes,
    frameBytes: http.maxFrameBytes,
    messagesPerS: limits.messagesPerSecond,
    messagesBurst: limits.burstMessages,
    connections: mqtt.maxConnections,
  }
}

interface Outside {
  closers: Closers
  backtests: BacktestDesk
  frontDoor: FrontDoor
  doors: Doors
  hub: DispatchHub
  disk: DiskRoom
  upkeep: Upkeep
  media: Media
  registers: Registers
  outputs: OutputRoom
  pathTest: PathTest
}

/** The API's view of the service. What must become durable is answered at once when there is no room for it. */
function apiPorts(base: Base, storage: Storage, room: JudgingRoom, outside: Outside): ApiPorts {
  const { config, clock, log, authorise, ledger } = base
  const { registry, judging, book, board, load, rules } = room
  const { frontDoor, doors, hub, disk, upkeep, media, registers, outputs, pathTest } = outside
  const unlessIntakeFull = createUnlessFull(storage.intake)
  const unlessLedgerFull = createUnlessFull(storage.ledger)
  const pictures = openPictures(base, storage, room, unlessLedgerFull)
  const housePictures = openHousePictures(storage, room, unlessLedgerFull)
  const subscribers = createSubscriberDesk(hub, { writer: room.writer, clock })
  const patrolDesk = openPatrolDesk(storage, room, unlessLedgerFull)
  const bundles = openBundles(base, storage, room, {
    ...{ pictures, findings: patrolDesk.findings, proofs: ledger.desk, unlessFull: unlessLedgerFull },
  })
  const reports = openConservation(base, storage, room, ledger.desk)
  const { trends, houseWatch } = openHouseWatch(base, storage, room, outside.closers)
  return {
    registry: {
      ...registry,
      all: () => registry.all().filter(({ type }) => type !== PATH_TEST_TYPE),
      register: (spec, by) => unlessLedgerFull(() => registry.register(spec, by)),
      replaceToken: (id, by) => unlessLedgerFull(() => registry.replaceToken(id, by)),
    },
    frontDoor: {
      ...frontDoor,
      frame: (deviceId, jpeg, told) => unlessIntakeFull(() => frontDoor.frame(deviceId, jpeg, told)),
      waveform: (deviceId, block) => unlessIntakeFull(() => frontDoor.waveform(deviceId, block)),
      news: (deviceId, flightId, body) => unlessIntakeFull(() => frontDoor.news(deviceId, flightId, body)),
      record: (source, body) => unlessIntakeFull(() => frontDoor.record(source, body)),
    },
    media: media.desk,
    history: storage.history,
    ledgerId: storage.ledger.id,
    backtests: outside.backtests,
    why: openWhy(base, storage, room),
    proofs: ledger.desk,
    evidence: storage.shown,
    pictures,
    ...patrolDesk,
    bundles,
    reports,
    houses: openHouseDesk(storage, room, unlessLedgerFull),
    ...{ housePictures, houseWatch, hours: storage.history },
    alerts: {
      open: book.open,
      openTests: book.openTests,
      get: book.get,
      command: (command, by) => unlessLedgerFull(() => judging.command(command, by)),
      onEvent: (listener) =>
        room.onEvent((event, cursor) => {
          if (!event.alert.test) listener(event, cursor)
        }),
    },
    subscribers: { ...subscribers, remove: (name, by) => unlessLedgerFull(() => subscribers.remove(name, by)) },
    noise: createNoiseDesk(book, judging, unlessLedgerFull),
    ...(outputs.capFeed && { capFeed: outputs.capFeed }),
    outputs: {
      ...outputs.desk,
      replay: (name, ids, by) => unlessLedgerFull(() => outputs.desk.replay(name, ids, by)),
    },
    load: { floods: load.floods, statistics: load.statistics },
    models: room.vision,
    rules: { ...room.desk, propose: (proposal) => unlessLedgerFull(() => room.desk.propose(proposal)) },
    refusals: room.refusals.list,
    measurements: () => [
      ...measure({ ...storage, ...room, doors, disk, engine: rules.engine }),
      ...measureModels(room.vision.report()),
      ...room.patrol.measurements(),
      ...room.houses.measurements(),
      ...room.works.measurements(),
      ...pictures.measurements(),
      ...housePictures.measurements(),
      ...bundles.measurements(),
      ...reports.measurements(),
      ...room.waveforms.measurements(),
      ...storage.waveforms.measurements(),
      ...load.measurements(),
      ...hub.measurements(),
      ...registers.measurements(),
      ...outputs.measurements(),
      ...pathTest.measurements(),
      ...ledger.measurements(),
    ],
    readiness: upkeep.readiness,
    counts: () => board.counts,
    authorise,
    recentFrame: room.frames.recent,
    waveforms: room.waveforms,
    trends,
    latestReadings: board.latest,
    presence: board.presence,
    houseOf: (id) => room.houses.houseOf(id, registry.get(id)?.attributes?.building)?.id,
    silenceOf: rules.engine.silenceOf,
    ...pageSettings(config),
    maxFrameBytes: config.http.maxFrameBytes,
    upgrades: { ...doors.upgrades, [DISPATCH_PATH]: openDispatchUpgrade(base, hub, authorise) },
    asyncApi: asyncApiText,
    version: VERSION,
    log,
    clock,
  }
}

function openPictures({ clock }: Base, storage: Storage, { writer }: JudgingRoom, unlessFull: UnlessFull) {
  const desk = createPictureDesk({ originals: storage.evidence, ledger: writer, clock })
  const original: PictureDesk['original'] = (...asked) => unlessFull(() => desk.original(...asked))
  return { ...desk, original }
}

function openPatrolDesk({ history }: Storage, room: JudgingRoom, unlessFull: UnlessFull) {
  const { flights, findings, start } = createPatrolDesk({
    ...{ patrol: room.patrol, judging: room.judging, openAlerts: room.book.open, onFinding: room.onFinding },
    frame: async (frameId) => room.frames.recent(frameId) ?? history.frame(frameId),
  })
  start()
  return {
    flights: {
      ...flights,
      setPlan: (plan: PatrolPlan, by: string) => unlessFull(() => flights.setPlan(plan, by)),
      withdrawPlan: (id: string, by: string) => unlessFull(() => flights.withdrawPlan(id, by)),
    },
    findings: {
      ...findings,
      review: (command: ReviewCommand, by: string) => unlessFull(() => findings.review(command, by)),
    },
  }
}

function openBacktests({ config, clock, log }: Base, { history }: Storage, { rules, devices }: JudgingRoom) {
  return createBacktestDesk({
    history,
    inForce: rules.texts,
    devices: devices.all,
    times: timesOf(config),
    timeZone: config.timeZone,
    worldFile: mapFileOf(config),
    whenIdle: createWhenIdle(() => history.status().intakeLag),
    clock,
    log,
  })
}

function openWhy({ config, clock }: Base, { history }: Storage, { rules, devices, book }: JudgingRoom) {
  return createWhy({
    engine: rules.engine,
    ruleAt: createRuleAt(rules),
    device: devices.get,
    devices: devices.all,
    openAlerts: book.open,
    history,
    clock,
    times: timesOf(config),
  })
}
