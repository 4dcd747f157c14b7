// Two simulated flights over one composed river, a week apart, through the service's own parts: picture header, detector,
// geometry, patrol book. `oracle` feeds the true boxes instead of a detector's, so that geometry and association are
// judged alone.
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadClasses } from '../../../dist/detectors/patrol/parse-classes.js'
import { createPatrolBook } from '../../../dist/detectors/patrol/patrol-book.js'
import { createPatrolMap } from '../../../dist/detectors/patrol/patrol-map.js'
import { DEFAULT_SETTINGS } from '../../../dist/detectors/patrol/settings.js'
import { createGround } from '../../../dist/detectors/vision/ground.js'
import { readFrameHeader } from '../../../dist/ingest/frame-pose.js'
import { believed, flightMs, pathAt } from '../../../dist/simulators/patrol/flight-path.js'
import { judgePatrol } from '../../../dist/simulators/patrol/judge.js'
import { createPatrolFlight, openPatrolGround } from '../../../dist/simulators/patrol/patrol.js'
import { isSmeared, plannedPictures } from '../../../dist/simulators/patrol/patrol-flight.js'
import { planOf } from '../../../dist/simulators/patrol/plan-of.js'
import { createScene, objectsOn } from '../../../dist/simulators/patrol/scene.js'
import { toFlightState } from '../../../dist/simulators/patrol/shoot.js'

const DEVICE = 'drone-001'
const WEEK_MS = 7 * 86_400_000
const PLAN_ID = 'patrol'
/** What a good and a smeared picture measure, where no picture is drawn. */
const SHARP = { good: 60, smeared: 1 }

/**
 * Flies twice and judges. order: what both flights have in common · analyse: a detector, `(jpegPath, pose) =>
 * AnalysisResult`; without it the true boxes are fed · onPicture: told each picture that was looked at
 */
export async function rehearse({ map, seed, order, faults, counts, analyse, onPicture = () => {} }) {
  const ground = await openPatrolGround(map, seed)
  const { course } = ground
  const common = { ...order, course, seed, detours: [], legs: order.legs ?? 1 }
  const scene = createScene({ course, seed, fromM: common.fromM + 20, toM: common.toM - 20, counts })
  const flights = [0, 1].map((number) => {
    const startMs = order.startMs + number * WEEK_MS
    const own = { ...common, ...faults[number].path, startMs, flightId: `flight-${number + 1}`, faults: faults[number] }
    return createPatrolFlight(ground, own, objectsOn(scene, number))
  })
  const book = createPatrolBook({
    settings: { ...DEFAULT_SETTINGS, classes: loadClasses() },
    map: createPatrolMap(map.features),
  })
  const expectedFrames = plannedPictures(flights[0].truth.order)
  const plan = { id: PLAN_ID, expectedFrames, ...planOf(course, common) }
  book.applyEntry({ type: 'patrol.planned', atMs: order.startMs - 1000, by: 'bench', plan, afterSeq: 0 })
  const changes = []
  let seq = 0
  for (const [number, flight] of flights.entries()) {
    for (const { arrivalMs, arrival } of await arrivalsOf(flight, { analyse, plane: course.plane, onPicture })) {
      const news = book.observe({ ...arrival, seq: ++seq, arrivalMs })
      for (const { change, finding } of news) changes.push({ findingId: finding.id, change, flight: number })
    }
    const ended = flight.truth.order.startMs + flightMs(flight.truth.order) + 3_600_000
    for (const { change, finding } of book.advance(ended))
      changes.push({ findingId: finding.id, change, flight: number })
  }
  const truths = flights.map(({ truth }) => truth)
  const findings = book.findings({ limit: 1000 }).items
  const coverages = truths.map(({ order }) => book.flight(order.flightId)?.coverage)
  return { score: judgePatrol(truths, { findings, changes, coverages }), truths, findings, changes, coverages }
}

/** All that one flight sends, in order of arrival. */
async function arrivalsOf({ truth, shoot }, { analyse, plane, onPicture }) {
  const { order, pictures } = truth
  const endMs = order.startMs + flightMs(order)
  const news = (told, atMs) => ({
    arrivalMs: atMs + 500,
    arrival: { kind: 'flight', deviceId: DEVICE, flightId: order.flightId, atMs, told },
  })
  const arrivals = [
    news({ what: 'began', plan: PLAN_ID }, order.startMs),
    ...telemetryOf(order, plane),
    news({ what: 'ended', status: 'ok' }, endMs),
  ]
  for (const picture of pictures) {
    if (picture.arrivesMs === null) continue
    const { frame, analysis } = analyse
      ? await lookedAt({ truth, shoot }, picture, analyse)
      : told(truth, picture, plane)
    onPicture(picture, analysis, truth)
    arrivals.push({ arrivalMs: picture.arrivesMs, arrival: frame })
    arrivals.push({ arrivalMs: picture.arrivesMs + 300, arrival: analysis })
  }
  return arrivals.sort((a, b) => a.arrivalMs - b.arrivalMs)
}

/** A reading a second. */
function telemetryOf(order, plane) {
  return Array.from({ length: Math.floor(flightMs(order) / 1000) }, (_, second) => {
    const atMs = order.startMs + second * 1000
    const { pose } = pathAt(order, atMs)
    const state = toFlightState(plane, order.exact ? pose : believed(order, atMs, pose))
    const values = { lat: state.position.lat, lon: state.position.lon, rel_alt_m: state.relativeAltitudeM }
    const samples = Object.entries(values).map(([metric, value]) => ({ metric, atMs, value }))
    return { arrivalMs: atMs + 200, arrival: { kind: 'readings', deviceId: DEVICE, messageSeq: null, samples } }
  })
}

/** The picture is drawn, its header read, and a detector looks at it. */
async function lookedAt({ truth, shoot }, picture, analyse) {
  const jpeg = await shoot(picture)
  const file = path.join(tmpdir(), `patrol-bench-${process.pid}-${picture.number}.jpg`)
  await writeFile(file, jpeg)
  try {
    const header = await readFrameHeader(jpeg)
    const frame = toFrame(truth, picture, header)
    const { widthPx: _w, heightPx: _h, annotated: _annotated, ...result } = await analyse(file, frame)
    return { frame, analysis: { ...toAnalysis(frame), detections: [], ...result } }
  } finally {
    await rm(file, { force: true })
  }
}

/** Header and true boxes, without drawing the picture. */
function told(truth, picture, plane) {
  const { camera } = truth.order
  const { position, relativeAltitudeM, gimbalYawDeg, gimbalPitchDeg, gimbalRollDeg } = toFlightState(
    plane,
    picture.toldPose,
  )
  const pose = { position, relativeAltitudeM, gimbalYawDeg, gimbalPitchDeg, gimbalRollDeg, focalPx: camera.focalPx }
  const header = { ...camera, pose: { ...pose, ...(picture.turned && { turned: true }) }, atMs: picture.takenMs }
  const frame = toFrame(truth, picture, header)
  const size = { width: camera.widthPx, height: camera.heightPx }
  const ground = createGround(size, frame.pose)
  const shown = isSmeared(picture) ? [] : truth.shown.get(picture.number)
  const detections = shown.map(({ label, box: [x, y, width, height] }) => ({
    label,
    score: 0.9,
    box: [x, y, width, height],
    ...ground.locate({ x: x + width / 2, y: y + height / 2 }),
    ...ground.measure({ x1: x, y1: y, x2: x + width, y2: y + height }),
  }))
  const quality = { sharpness: isSmeared(picture) ? SHARP.smeared : SHARP.good, brightness: 0.5, clipped: 0 }
  return {
    frame,
    analysis: { ...toAnalysis(frame), state: 'analysed', model: 'oracle', detections, quality, ground: ground.frame() },
  }
}

function toFrame({ order }, picture, { widthPx, heightPx, pose, atMs }) {
  const frameId = `${order.flightId}-${picture.number}`
  return {
    ...{ kind: 'frame', deviceId: DEVICE, frameId, sha256: frameId, atMs, widthPx, heightPx, pose },
    flightId: order.flightId,
  }
}

function toAnalysis({ deviceId, frameId, atMs }) {
  return { kind: 'analysis', deviceId, frameId, atMs }
}
