import type { Detection } from '../../core/detection.ts'
import type { FindingChange, Sighting } from '../../core/finding.ts'
import type { FrameAnalysis } from '../../core/observation.ts'
import { assign, type Placed, type Sought, UNKNOWN_RADIUS_M } from './associate.ts'
import { type FindingLog, near, put, unplacedOf } from './finding-log.ts'
import { betterOf, type FindingState, withLook, withSighting } from './finding-state.ts'
import type { FrameState } from './flight-state.ts'
import { isInside } from './ground-plane.ts'
import { medianOf, withNumber } from './median.ts'
import type { PatrolMap } from './patrol-map.ts'
import { type ClassSettings, classOf, type PatrolSettings } from './settings.ts'

/** One analysed frame with where it belongs. */
export interface Seeing {
  analysis: FrameAnalysis & { seq: number }
  flightId: string
  frame: FrameState
  clockMs: number
  settings: PatrolSettings
  map: PatrolMap
}

export interface Seen {
  finding: FindingState
  change: FindingChange
}

/** How much a new look counts against all before it. */
const LOOK_SHARE = 0.2
/** A box this near to the picture's edge is cut off by it, pixels. */
const EDGE_PX = 2

/**
 * Takes in what one frame shows. Strong detections are paired with findings first, weak ones with those that are left
 * (ByteTrack, arXiv:2110.06864, in metres on the ground instead of overlap in the picture); strong ones without a
 * partner begin findings. Gives what people are to know: nothing of those that are still tentative.
 */
export function see(log: FindingLog, seeing: Seeing): Seen[] {
  const { analysis, settings } = seeing
  const wanted = analysis.detections.filter((detection) => isWanted(log, detection, seeing))
  const isStrong = ({ label, score }: Detection) => score >= classOf(settings.classes, label).strongScore
  const placed = wanted.filter((detection): detection is Placed => detection.position !== undefined)
  const taken = new Set<string>()
  const seen: Seen[] = []
  let born = 0
  const take = (detection: Detection, known: FindingState | undefined) => {
    const before = known ?? newFinding(`f${analysis.seq}-${born++}`, detection, seeing)
    const { finding, change } = again(before, detection, seeing)
    put(log, finding)
    if (!seeing.frame.findings.includes(finding.id)) seeing.frame.findings.push(finding.id)
    taken.add(finding.id)
    if (change !== null) seen.push({ finding, change })
  }
  for (const round of [placed.filter(isStrong), placed.filter((detection) => !isStrong(detection))]) {
    const partners = assign(round, (detection) => nearOf(log, detection, seeing), toSought(seeing), taken)
    for (const [i, detection] of round.entries())
      if (partners[i] !== undefined || isStrong(detection)) take(detection, partners[i])
  }
  for (const detection of bestOfEach(wanted.filter(({ position }) => position === undefined))) {
    const known = unplacedOf(log, detection.label, analysis.deviceId, seeing.flightId)
    if (known !== undefined ? !taken.has(known.id) : isStrong(detection)) take(detection, known)
  }
  return seen
}

/** Sure and large enough for its class, and not where such things are not looked for. */
function isWanted(log: FindingLog, detection: Detection, { settings, map }: Seeing): boolean {
  const { label, score, sizeM, position } = detection
  const { minScore, minSizeM, maxSizeM } = classOf(settings.classes, label)
  if (score < minScore || (sizeM !== undefined && (sizeM[0] < minSizeM || sizeM[0] > maxSizeM))) return false
  if (position === undefined || map.maskAt(position, label) === undefined) return true
  log.counts.masked++
  return false
}

function bestOfEach(detections: Detection[]): Detection[] {
  const best = new Map<string, Detection>()
  for (const detection of detections)
    if (detection.score > (best.get(detection.label)?.score ?? -1)) best.set(detection.label, detection)
  return [...best.values()]
}

/**
 * What moves about is another one when it was not seen for long. What an older flight saw is only asked for where the
 * picture shows its spot: else a new thing beside it would take its place before the next picture shows the old one.
 */
function* nearOf(log: FindingLog, detection: Placed, { analysis, flightId, settings }: Seeing) {
  const { goneAfterS = Number.POSITIVE_INFINITY } = classOf(settings.classes, detection.label)
  const footprint = analysis.ground?.footprint
  for (const candidate of near(log, detection.position, detection.label)) {
    const { firstMs, lastMs, flights, position } = candidate.at
    const apartMs = Math.max(firstMs - analysis.atMs, analysis.atMs - lastMs, 0)
    const isOfFlight = flights.some((seen) => seen.flightId === flightId)
    const isInPicture = isOfFlight || !footprint || !position || isInside(footprint, position)
    if (apartMs <= goneAfterS * 1000 && isInPicture) yield candidate
  }
}

function toSought({ analysis, flightId, settings }: Seeing): (detection: Detection) => Sought {
  const { atMs } = analysis
  const { gpsBiasM } = settings
  return ({ label }) => ({ atMs, flightId, gpsBiasM, settings: classOf(settings.classes, label) })
}

function newFinding(id: string, detection: Detection, seeing: Seeing): FindingState {
  const { analysis, clockMs } = seeing
  const best = toSighting(detection, seeing)
  return {
    ...{ id, device: analysis.deviceId, seenAs: detection.label, label: detection.label },
    ...{ believed: false, presence: 'present', weight: { sum: 0, lat: 0, lon: 0 }, sizeM: 0 },
    ...{ firstMs: analysis.atMs, lastMs: analysis.atMs, heardMs: clockMs, sightings: 0, scores: [], best },
    ...{ flights: [], looks: [], verdicts: [], changedSeq: analysis.seq },
  }
}

/** The finding with one more sighting, and what that means; null while it is tentative. */
function again(before: FindingState, detection: Detection, seeing: Seeing) {
  const { analysis, flightId, clockMs, settings } = seeing
  const { atMs } = analysis
  const sighting = toSighting(detection, seeing)
  const own = classOf(settings.classes, before.seenAs)
  const isBack = before.presence === 'gone' && atMs > (before.goneMs ?? 0)
  const finding: FindingState = {
    ...before,
    ...(atMs >= before.lastMs && { device: analysis.deviceId }),
    ...whereabouts(before, detection, seeing, own),
    presence: isBack ? 'present' : before.presence,
    sizeM: Math.max(before.sizeM, detection.sizeM?.[0] ?? 0),
    ...lookAfter(before.look, detection.look),
    firstMs: Math.min(before.firstMs, atMs),
    lastMs: Math.max(before.lastMs, atMs),
    heardMs: clockMs,
    sightings: before.sightings + 1,
    scores: withNumber(before.scores, sighting.score),
    best: betterOf(before.best, sighting),
    flights: withSighting(before.flights, sighting),
    looks: withLook(before.looks, { flightId, frameId: analysis.frameId, atMs, sighting }),
    changedSeq: analysis.seq,
  }
  finding.believed = before.believed || isBelieved(finding, own)
  return { finding, change: changeOf(before, finding, { isBack, atMs, flightId }) }
}

function isBelieved({ best, sightings, scores }: FindingState, own: ClassSettings): boolean {
  return (best.score >= own.sureScore || sightings >= own.hits) && medianOf(scores) >= own.medianScore
}

function changeOf(
  before: FindingState,
  after: FindingState,
  { isBack, atMs, flightId }: { isBack: boolean; atMs: number; flightId: string },
): FindingChange | null {
  if (!after.believed) return null
  if (!before.believed) return 'opened'
  if (isBack) return 'returned'
  const isNewFlight = !before.flights.some((seen) => seen.flightId === flightId)
  return isNewFlight && atMs > before.lastMs ? 'seen_again' : 'seen'
}

/**
 * Position as the mean of all sightings weighted by 1/radius², and its radius, never below what a receiver's bias
 * leaves; of what moves about, the last sighting's. A box that the picture's edge cuts off has its middle elsewhere.
 */
function whereabouts(
  before: FindingState,
  detection: Detection,
  { analysis, frame, settings, map }: Seeing,
  own: ClassSettings,
) {
  const { position, radiusM = UNKNOWN_RADIUS_M, sizeM } = detection
  if (position === undefined) return {}
  const cutM = isCut(detection, frame) ? (sizeM?.[0] ?? 0) / 2 : 0
  const radius = Math.max(0.1, Math.hypot(radiusM, cutM))
  if (own.goneAfterS !== undefined) {
    if (analysis.atMs < before.lastMs) return {}
    return placed(position, radius, map)
  }
  const share = 1 / radius ** 2
  const weight = {
    sum: before.weight.sum + share,
    lat: before.weight.lat + share * position.lat,
    lon: before.weight.lon + share * position.lon,
  }
  const mean = { lat: weight.lat / weight.sum, lon: weight.lon / weight.sum }
  return { weight, ...placed(mean, Math.max(settings.gpsBiasM, Math.sqrt(1 / weight.sum)), map) }
}

function placed(position: { lat: number; lon: number }, radiusM: number, map: PatrolMap) {
  const place = map.placeOf(position)
  return { position, radiusM, ...(place && { place }) }
}

function isCut({ box }: Detection, { widthPx, heightPx }: FrameState): boolean {
  const [x, y, width, height] = box
  if (widthPx === 0 || heightPx === 0) return false
  return x <= EDGE_PX || y <= EDGE_PX || x + width >= widthPx - EDGE_PX || y + height >= heightPx - EDGE_PX
}

function lookAfter(before: number[] | undefined, now: number[] | undefined): { look?: number[] } {
  if (now === undefined) return {}
  if (before?.length !== now.length) return { look: now }
  return { look: now.map((value, i) => (1 - LOOK_SHARE) * before[i]! + LOOK_SHARE * value) }
}

/** The area of a box that the picture's edge cuts off is not the thing's. */
function toSighting(detection: Detection, { analysis, flightId, frame }: Seeing): Sighting {
  const { score, box, position, radiusM, areaM2 } = detection
  const { frameId, atMs, model, annotatedSha256 } = analysis
  return {
    ...{ frameId, flightId, atMs, score, box },
    ...(position && { position }),
    ...(radiusM !== undefined && { radiusM }),
    ...(areaM2 !== undefined && !isCut(detection, frame) && { areaM2 }),
    ...(frame.heightM !== undefined && { heightM: frame.heightM }),
    model,
    ...(annotatedSha256 !== undefined && { annotatedSha256 }),
  }
}
