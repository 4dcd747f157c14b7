import type { FindingChange, SpotLook } from '../../core/finding.ts'
import { drop, type FindingLog, put } from './finding-log.ts'
import { type FindingState, growthOf, withLook } from './finding-state.ts'
import type { FlightState, FrameState } from './flight-state.ts'
import { type Bounds, boundsOf, distanceM, isInside, isWithin } from './ground-plane.ts'
import { type ClassSettings, classOf, type PatrolSettings } from './settings.ts'

/** What was decided of a finding, and the picture that shows it. */
export interface Decided {
  finding: FindingState
  change: FindingChange
  atMs: number
}

/** What a drone without a position saw is not known to be there any longer than this. Local choice: patrols fly daily. */
const UNPLACED_GONE_MS = 86_400_000
/** A spot must lie this far inside a picture, beyond what its place is unsure by, metres. */
const MARGIN_M = 2
/** What is this many pixels long is not overlooked. */
const SURE_PX = 12
/** Flights of which a finding from an older flight is asked afterwards: a backlog is seldom older. */
const LATER_FLIGHTS = 20

/** Pictures of a flight that can show what is on the ground. */
interface Looking {
  flight: FlightState
  frames: { frame: FrameState; bounds: Bounds }[]
  /** Around all of them. */
  bounds: Bounds
}

/**
 * A flight is over: what it looked at well enough and did not see is gone, and what it saw larger by a factor than the
 * flight before has grown. What an older flight saw that is told of only now is held against later flights too.
 */
export function lookAgain(
  log: FindingLog,
  flight: FlightState,
  later: FlightState[],
  settings: PatrolSettings,
): Decided[] {
  const own = toLooking(flight)
  const others = later.slice(0, LATER_FLIGHTS).map(toLooking)
  const decided: Decided[] = []
  for (const finding of [...log.byId.values()]) {
    const isSeen = finding.flights.some(({ flightId }) => flightId === flight.id)
    const grown = isSeen ? hasGrown(log, finding, flight, settings) : null
    if (grown !== null) decided.push(grown)
    const gone = (isSeen ? others : [own]).map((looking) => isGone(log, finding, looking, settings)).find(Boolean)
    if (gone) decided.push(gone)
  }
  return decided
}

function toLooking(flight: FlightState): Looking {
  const frames = [...flight.frames.values()].flatMap((frame) =>
    frame.state === 'analysed' && frame.footprint ? [{ frame, bounds: boundsOf(frame.footprint) }] : [],
  )
  return { flight, frames, bounds: boundsOf(frames.flatMap(({ frame }) => frame.footprint!)) }
}

/** Gives what people are to know; a tentative one is forgotten. */
function isGone(
  log: FindingLog,
  finding: FindingState,
  { flight, frames, bounds: all }: Looking,
  settings: PatrolSettings,
): Decided | null {
  const { position, radiusM = 0, presence } = finding
  const own = classOf(settings.classes, finding.seenAs)
  if (presence === 'gone' || position === undefined || own.goneAfterS !== undefined) return null
  if (!isWithin(all, position)) return null
  const marginM = MARGIN_M + radiusM
  const looks = frames.filter(
    ({ frame, bounds }) =>
      frame.atMs > finding.lastMs &&
      isWithin(bounds, position) &&
      canShow(frame, finding, own) &&
      isInside(frame.footprint!, position, marginM),
  )
  if (looks.length < own.goneLooks) return null
  if (!finding.believed) {
    drop(log, finding)
    return null
  }
  const best = looks
    .map(({ frame }) => ({ frame, fromMiddleM: distanceM(middleOf(frame), position) }))
    .reduce((a, b) => (b.fromMiddleM < a.fromMiddleM ? b : a)).frame
  const look: SpotLook = { flightId: flight.id, frameId: best.frameId, atMs: best.atMs }
  const gone: FindingState = {
    ...finding,
    presence: 'gone',
    goneMs: best.atMs,
    looks: withLook(finding.looks, look),
  }
  put(log, gone)
  return { finding: gone, change: 'gone', atMs: best.atMs }
}

/**
 * Sharp, and fine enough for the smallest of its class or for this one's own size. What nobody measured is not held
 * against a picture.
 */
function canShow(
  { gsdCm = 0, sharpness = Number.MAX_VALUE }: FrameState,
  { sizeM }: FindingState,
  own: ClassSettings,
): boolean {
  return gsdCm <= Math.max(own.maxGsdCm, (sizeM * 100) / SURE_PX) && sharpness >= own.minSharpness
}

function middleOf({ footprint }: FrameState): { lat: number; lon: number } {
  const corners = footprint!
  const sum = corners.reduce((a, b) => ({ lat: a.lat + b.lat, lon: a.lon + b.lon }), { lat: 0, lon: 0 })
  return { lat: sum.lat / corners.length, lon: sum.lon / corners.length }
}

/** Told once for each flight that is the finding's last. */
function hasGrown(
  log: FindingLog,
  finding: FindingState,
  flight: FlightState,
  settings: PatrolSettings,
): Decided | null {
  const last = finding.flights.at(-1)
  if (!finding.believed || finding.presence === 'gone' || last?.flightId !== flight.id) return null
  const growth = growthOf(finding)
  if (finding.grownOn === flight.id || growth === undefined) return null
  if (growth < classOf(settings.classes, finding.seenAs).grownBy) return null
  const grown = { ...finding, grownOn: flight.id }
  put(log, grown)
  return { finding: grown, change: 'grown', atMs: last.lastMs }
}

/** When a finding is over because nobody sees it any more, our clock; Infinity for what stays where it is. */
export function expiryMs(finding: FindingState, settings: PatrolSettings): number {
  if (finding.presence === 'gone') return Number.POSITIVE_INFINITY
  const { goneAfterS } = classOf(settings.classes, finding.seenAs)
  if (goneAfterS !== undefined) return finding.heardMs + goneAfterS * 1000
  return finding.position === undefined ? finding.heardMs + UNPLACED_GONE_MS : Number.POSITIVE_INFINITY
}

/** Nobody saw it for so long. Null for a tentative one, which is forgotten. */
export function expire(log: FindingLog, finding: FindingState, clockMs: number): Decided | null {
  if (!finding.believed) {
    drop(log, finding)
    return null
  }
  const gone: FindingState = { ...finding, presence: 'gone', goneMs: Math.max(finding.lastMs, clockMs) }
  put(log, gone)
  return { finding: gone, change: 'gone', atMs: clockMs }
}
