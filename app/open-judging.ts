import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createAlertBook } from '../alerts/alert-book.ts'
import { toCause } from '../alerts/cause.ts'
import { createEventLog } from '../alerts/event-log.ts'
import { FLOOD_LIMITS } from '../alerts/flood.ts'
import type { Alert } from '../core/alert.ts'
import type { Clock } from '../core/clock.ts'
import type { Device } from '../core/device.ts'
import type { FindingNews } from '../core/finding.ts'
import type { AlertEvent } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'
import type { Observation } from '../core/observation.ts'
import { PATH_TEST_DEVICE } from '../core/path-test.ts'
import type { Position } from '../core/place.ts'
import { type Signal, type SignalOrder, type Subject, subjectKey } from '../core/signal.ts'
import { assetPath } from '../core/source-path.ts'
import { createWorksJudge } from '../detectors/fusion/works-judge.ts'
import { createHouseBook } from '../detectors/houses/house-book.ts'
import { placeRecord } from '../detectors/houses/place-record.ts'
import { createPatrolJudge } from '../detectors/patrol/patrol-judge.ts'
import { loadTemplates } from '../detectors/rules/book/load-templates.ts'
import { createRuleBook } from '../detectors/rules/book/rule-book.ts'
import { createWaveformAnalyst } from '../detectors/vibration/analyst.ts'
import { createVision, type Vision } from '../detectors/vision/vision.ts'
import { createMediaBook } from '../ingest/media/media-book.ts'
import { createRefusals } from '../ingest/refusals.ts'
import { createRegistry } from '../ingest/registry.ts'
import { createAccessScribe } from './access-scribe.ts'
import { openAlertLoad } from './alert-load.ts'
import { loadAreas } from './areas.ts'
import type { Closers } from './closers.ts'
import { type Config, mapFileOf } from './config-schema.ts'
import { loadDepartments } from './departments.ts'
import { createDescribe } from './describe-alert.ts'
import { createDeviceBoard } from './device-board.ts'
import { createDevicesInHouses } from './devices-in-houses.ts'
import { createFrameQueue, type FrameAnalyser, type FrameNeighbour } from './frame-queue.ts'
import { openFramesInHand } from './frames-in-hand.ts'
import { loadInhibitions } from './inhibition-files.ts'
import { createJudging } from './judging.ts'
import type { LedgerWriter } from './ledger.ts'
import { toLabels, toNoiseSettings } from './noise-settings.ts'
import { createFindingScribe, openPatrol } from './open-patrol.ts'
import type { Storage } from './open-storage.ts'
import { openWorks } from './open-works.ts'
import { foldLedger, loadSnapshot, type Snapshot } from './recovery.ts'
import { loadRiverPlaces, loadRiverReaches, loadWaterLevels } from './river-places.ts'
import { createRuleDesk } from './rule-desk.ts'
import { openRules } from './rules-in-force.ts'
import { isOwnRule } from './self-watch.ts'
import { createSnapshots } from './snapshots.ts'
import { createWaveformQueue } from './waveform-queue.ts'

/** What decides, brought back to where it was. */
export type JudgingRoom = Awaited<ReturnType<typeof openJudging>>

/** Restores registry, rules, alerts and pending frames, judges what a crash left unjudged, and starts to judge. */
export async function openJudging(
  { config, dataDir, clock, log }: { config: Config; dataDir: string; clock: Clock; log: Log },
  storage: Storage,
  writer: LedgerWriter,
  closers: Closers,
) {
  const { intake, ledger, evidence, shown } = storage
  const snapshotPath = join(dataDir, 'state.json')
  const snapshot = await loadSnapshot(snapshotPath, intake, ledger)
  const registry = createRegistry({ ledger: writer, clock, snapshot: snapshot?.registry })
  const inhibitions = await loadInhibitions({
    shipped: config.noise.shippedInhibitions,
    file: config.noise.inhibitions,
  })
  const noise = toNoiseSettings(config, inhibitions)
  const book = createAlertBook({
    ...(snapshot && { snapshot: snapshot.book }),
    describe: createDescribe({
      device: registry.get,
      riverPlace: loadRiverPlaces(mapFileOf(config)),
      areaOf: loadAreas(mapFileOf(config)),
      departmentOf: loadDepartments(config.dispatch.departments),
      labelsOf: toLabels(noise),
    }),
    noise,
  })
  const ruleBook = createRuleBook(snapshot?.ruleBook)
  const patrol = openPatrol(config, registry, snapshot?.patrol)
  const scribe = createFindingScribe()
  const houses = createHouseBook(snapshot?.houses, (...change) => {
    for (const device of devices.touchedBy(...change)) rules.engine.deviceRegistered(device)
  })
  const devices = createDevicesInHouses(registry, houses)
  const works = openWorks(config, houses, registry, snapshot?.works)
  const access = createAccessScribe(snapshot?.access)
  const books = { registry, book, ruleBook, patrol, houses, scribe, access }
  const folded = await foldLedger(ledger, snapshot, books)
  const rules = await openRules({
    ...{ config, registry: devices, log, book: ruleBook, snapshot: snapshot?.rules },
    presentFindings: patrol.present,
    presentSuspicions: works.present,
  })
  const desk = createRuleDesk(rules, await loadTemplates())
  const vision = await openVision(config, clock, log, closers)

  scribe.open(writer)
  const events = createEventLog({ ledger })
  const board = createDeviceBoard()
  const reachOf = loadRiverReaches(mapFileOf(config))
  const load = await openAlertLoad({
    ...{ ledger, writer, events, clock },
    open: book.open,
    limits: { ...FLOOD_LIMITS, ...config.flood },
    causeOf: (alert) => toCause(alert, { gatewayOf: (id) => registry.get(id)?.gateway, reachOf }),
    snapshot: snapshot?.load,
  })
  const listeners = new Set<(event: AlertEvent, cursor: string) => void>()
  const findingListeners = new Set<(news: FindingNews) => void>()
  const engine = { ...rules.engine, observe: (one: Observation) => rules.engine.observe(placeRecord(one, houses)) }
  const patrolJudge = createPatrolJudge(patrol, engine, (news) => {
    scribe.write(news)
    worksJudge.hearFinding(news)
    for (const listener of findingListeners) listener(news)
  })
  const worksJudge = createWorksJudge({
    ...{ houses, fusion: works, patrol, inner: patrolJudge },
    hear: rules.engine.hearSuspicion,
  })
  const judging = createJudging({
    journal: intake,
    ledger: writer,
    judge: worksJudge,
    book,
    clock,
    log,
    from: snapshot?.judged ?? { seq: 0, clockMs: 0 },
    onObservation(observation) {
      if (observation.deviceId !== PATH_TEST_DEVICE) board.observe(observation)
      frames.observe(observation)
      waveforms.observe(observation)
      if (observation.kind === 'flight') media.observe(observation)
    },
    onEvent(event, seq) {
      events.offer(seq, event)
      load.onEvent(event, seq)
      for (const listener of listeners) listener(event, String(seq))
    },
  })
  const media = createMediaBook(snapshot?.media)
  const frames = createFrameQueue({
    analyser: analyserOf(vision, loadWaterLevels(mapFileOf(config))),
    concurrency: Math.max(1, vision.status().workers) + 1,
    ...{ evidence, shown },
    submit: judging.submit,
    log,
    state: snapshot?.frames,
    inHand: await openFramesInHand(join(dataDir, 'frames-in-hand.json'), log),
  })
  const waveforms = createWaveformQueue({
    analyst: createWaveformAnalyst(),
    files: storage.waveforms,
    submit: judging.submit,
    log,
    state: snapshot?.waveforms,
  })
  const replayed = await judging.replay(snapshot?.judged.seq ?? 0)
  judging.catchUp(Math.min(clock.nowMs(), lastClockOf(book.open())))
  rules.engine.resumeAt(clock.nowMs())
  judging.signal(clearsOfGoneRules([...book.open(), ...book.openTests()], rules.engine.firing(), judging.judged))
  log.info({ folded, replayed, alertsOpen: book.open().length, previous: storage.previous }, 'state restored')

  const refusals = createRefusals({ clock, ...(snapshot && { restored: snapshot.refusals }) })
  const take = (): Omit<Snapshot, 'ledgerSeq' | 'registry'> => ({
    intakeId: intake.id,
    ledgerId: ledger.id,
    judged: { ...judging.judged },
    rules: rules.engine.snapshot(),
    patrol: patrol.snapshot(),
    houses: houses.snapshot(),
    works: works.snapshot(),
    book: book.snapshot(),
    ruleBook: rules.bookSnapshot(),
    refusals: refusals.snapshot(),
    frames: frames.snapshot(),
    waveforms: waveforms.snapshot(),
    media: media.snapshot(),
    load: load.snapshot(),
    access: access.snapshot(),
  })
  /** The journal is kept back to the generation before the newest: a damaged newest file falls back to it. */
  let olderSeq = 0
  const snapshots = createSnapshots({
    path: snapshotPath,
    everyS: config.journal.snapshotEveryS,
    log,
    take,
    async settle() {
      const ledgerSeq = await writer.settled()
      return { ledgerSeq, registry: registry.snapshot() }
    },
    onWritten({ judged }) {
      book.forgetDropped(olderSeq)
      const released = intake.release(Math.min(olderSeq, storage.history.safeSeq('intake')) + 1)
      olderSeq = judged.seq
      return released
    },
  })

  closers.add(snapshots.stop)
  closers.add(
    registry.onChange((device, before) => {
      rules.engine.deviceRegistered(devices.get(device.id) ?? device)
      // A replay must not judge old observations by what was said of the device later.
      if (before !== undefined && isOtherThing(device, before)) void snapshots.renew()
    }),
  )
  closers.add(load.stop)
  closers.add(judging.stop)
  closers.add(rules.stop)
  closers.add(frames.stop)
  closers.add(waveforms.stop)
  await rules.start({
    ledger: writer,
    clock,
    signal: judging.signal,
    // A replay must not judge old observations by new rules.
    onChanged: () => void snapshots.renew(),
  })
  judging.start()
  load.start()
  frames.start()
  waveforms.start()
  snapshots.start()

  const onEvent = (listener: (event: AlertEvent, cursor: string) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const onFinding = (listener: (news: FindingNews) => void) => {
    findingListeners.add(listener)
    return () => findingListeners.delete(listener)
  }
  const told = { writer, access, events, onEvent, onFinding }
  return {
    registry,
    devices,
    book,
    rules,
    desk,
    vision,
    judging,
    patrol,
    houses,
    works,
    frames,
    waveforms,
    media,
    board,
    load,
    refusals,
    ...told,
  }
}

/** More than its token is new. */
function isOtherThing({ tokenHash: _new, ...device }: Device, { tokenHash: _old, ...before }: Device): boolean {
  return !isDeepStrictEqual(device, before)
}

/** How far time had come when the last of these alerts was judged, ms. */
function lastClockOf(open: Alert[]): number {
  return open.reduce((lastMs, { lastOrder }) => Math.max(lastMs, Math.floor(lastOrder.clockMs)), 0)
}

/** Alerts that the ledger holds active and whose rule is gone since: nobody else would ever clear them. */
function clearsOfGoneRules(open: Alert[], firing: { rule: string; subject: Subject }[], at: SignalOrder): Signal[] {
  const held = new Set(firing.map(({ rule, subject }) => `${rule}|${subjectKey(subject)}`))
  return open
    .filter(({ rule, state }) => state === 'active' && !isOwnRule(rule))
    .filter(({ rule, subject }) => !held.has(`${rule}|${subjectKey(subject)}`))
    .map(({ rule, ruleTitle, category, subject, severity, lastOrder }) => ({
      ...{ rule, ruleTitle, category, subject, severity },
      state: 'cleared' as const,
      order: { seq: Math.max(at.seq, lastOrder.seq), clockMs: Math.max(at.clockMs, lastOrder.clockMs + 1) },
      atMs: at.clockMs,
      reason: { code: 'rule_removed' },
    }))
}

async function openVision(config: Config, clock: Clock, log: Log, closers: Closers): Promise<Vision> {
  const vision = createVision({
    manifestPath: config.vision.manifest || assetPath('detectors/models/manifest.yaml'),
    ...(config.vision.workers > 0 && { workers: config.vision.workers }),
    follows: true,
    clock,
    log,
  })
  await vision.start()
  closers.add(vision.stop)
  return vision
}

function toNeighbour({ jpegPath, frame: { widthPx, heightPx, pose } }: FrameNeighbour) {
  return { jpegPath, size: { width: widthPx, height: heightPx }, pose }
}

function analyserOf(vision: Vision, takeOffOverWaterM: (position: Position) => number): FrameAnalyser {
  return {
    analyse: (path, { pose }, neighbour) =>
      vision.analyse(path, {
        pose,
        takeOffOverWaterM: pose.position ? takeOffOverWaterM(pose.position) : 0,
        ...(neighbour && { neighbour: toNeighbour(neighbour) }),
      }),
  }
}
