import type {
  Coverage,
  CoverageGap,
  FlightFrame,
  GapReason,
  PatrolDemands,
  PatrolPlan,
  Stretch,
  TrackPoint,
} from '../../core/patrol.ts'
import type { Position } from '../../core/place.ts'
import { type Bounds, boundsOf, distanceM, distanceToSegmentM, isInside, isWithin, widen } from './ground-plane.ts'
import type { PatrolMap, River } from './patrol-map.ts'

export interface CoverageInput {
  map: PatrolMap
  plan?: PatrolPlan | undefined
  track: TrackPoint[]
  frames: Omit<FlightFrame, 'findings'>[]
  demands: PatrolDemands
  /** A track or picture this near to the centre line came to it, metres. */
  nearM: number
  /** Length of the pieces that are looked at, metres. */
  binM: number
}

/** A piece of a centre line; it is seen when its middle is. */
interface Piece {
  river: River
  fromM: number
  toM: number
  middle: Position
}

type Frames = CoverageInput['frames']
type Seen = { gsdCm: number; sharpness: number; frameId: string }
type Verdict = { seen: Seen } | { reason: GapReason }

/** The worst first; of several pictures of one spot the mildest fault counts. */
const REASONS: GapReason[] = [
  'not_flown',
  'not_photographed',
  'not_analysed',
  'not_placed',
  'blurred',
  'badly_exposed',
  'too_coarse',
]

/**
 * Which metres of the river a flight has covered. A piece is covered when its middle lies in the footprint of an
 * analysed picture that is sharp, well exposed and fine enough; of several the finest counts. With a plan every piece of
 * the planned stretches is asked for, else every piece that the track or a footprint came near to.
 */
export function coverageOf(input: CoverageInput): Coverage {
  const pieces = input.plan === undefined ? piecesNear(input) : plannedPieces(input.map, input.plan, input.binM)
  const judge = toJudge(input)
  const judged = pieces.map((piece) => ({ piece, verdict: judge(piece.middle) }))
  const lengthM = (all: typeof judged) => all.reduce((sumM, { piece }) => sumM + piece.toM - piece.fromM, 0)
  return {
    plannedM: lengthM(judged),
    coveredM: lengthM(judged.filter(({ verdict }) => 'seen' in verdict)),
    gaps: joined(input.map, judged, ({ verdict }) => ('reason' in verdict ? verdict.reason : null)).map(
      ({ stretch, first, river }) => ({
        ...stretch,
        reason: (first.verdict as { reason: GapReason }).reason,
        line: river.line.between(stretch.fromM, stretch.toM),
      }),
    ) satisfies CoverageGap[],
    seen: joined(input.map, judged, ({ verdict }) => ('seen' in verdict ? verdict.seen.frameId : null)).map(
      ({ stretch, first }) => ({ ...stretch, ...(first.verdict as { seen: Seen }).seen }),
    ),
  }
}

/** Coverage whose pictures were forgotten: neighbouring stretches are one, as good as the worst of them. */
export function withoutPictures({ seen, ...coverage }: Coverage): Coverage {
  const joint: Coverage['seen'] = []
  for (const one of seen) {
    const last = joint.at(-1)
    if (last?.river === one.river && last.reach === one.reach && last.toM === one.fromM)
      Object.assign(last, {
        toM: one.toM,
        gsdCm: Math.max(last.gsdCm, one.gsdCm),
        sharpness: Math.min(last.sharpness, one.sharpness),
      })
    else joint.push({ ...one })
  }
  return { ...coverage, seen: joint }
}

interface Judged {
  piece: Piece
  verdict: Verdict
}

/** Neighbouring pieces of one river and reach with the same word; those whose word is null are left out. */
function joined(map: PatrolMap, judged: Judged[], wordOf: (one: Judged) => string | null) {
  const stretches: { stretch: Stretch; word: string; first: Judged; river: River }[] = []
  for (const one of judged) {
    const word = wordOf(one)
    const { river, fromM, toM } = one.piece
    if (word === null) continue
    const reach = map.reachAt(river.name, (fromM + toM) / 2)?.id
    const last = stretches.at(-1)
    const goesOn = last?.word === word && last.river === river && last.stretch.toM === fromM
    if (goesOn && last.stretch.reach === reach) last.stretch.toM = toM
    else {
      const stretch = { river: river.name, ...(reach !== undefined && { reach }), fromM, toM }
      stretches.push({ stretch, word, first: one, river })
    }
  }
  return stretches
}

function piecesOf(river: River, binM: number): Piece[] {
  const count = Math.ceil(river.line.lengthM / binM)
  return Array.from({ length: count }, (_, i) => {
    const fromM = i * binM
    const toM = Math.min((i + 1) * binM, river.line.lengthM)
    return { river, fromM, toM, middle: river.line.positionAt((fromM + toM) / 2) }
  })
}

/** What a plan asks for: between waypoints that follow one another, and reaches that one waypoint alone stands for. */
export function plannedPieces(map: PatrolMap, { waypoints }: PatrolPlan, binM: number): Piece[] {
  const placed = waypoints.map(({ position, reach }) => ({ reach, place: map.placeOf(position, FAR_M) }))
  const spans: Span[] = []
  for (const [i, { place }] of placed.entries()) {
    const [before, next] = [placed[i - 1]?.place, placed[i + 1]?.place]
    if (place === undefined) continue
    if (next?.river === place.river) spans.push(spanOf(place.river, place.alongM, next.alongM))
    else if (before?.river !== place.river) spans.push(spanOf(place.river, place.alongM, place.alongM))
  }
  for (const id of new Set(placed.flatMap(({ reach }) => reach ?? []))) {
    const reach = map.reach(id)
    if (reach && placed.filter((one) => one.reach === id).length === 1)
      spans.push({ river: reach.river, fromM: reach.fromM, toM: reach.toM })
  }
  return map.rivers.flatMap((river) => {
    const own = spans.filter((span) => span.river === river.name)
    if (own.length === 0) return []
    return piecesOf(river, binM).filter(({ fromM, toM }) =>
      own.some((span) => (span.fromM < toM - SLIP_M && span.toM > fromM + SLIP_M) || isPointIn(span, fromM, toM)),
    )
  })
}

interface Span {
  river: string
  fromM: number
  toM: number
}

/** What rounding may take a waypoint over the edge of a piece, metres. */
const SLIP_M = 0.01

function spanOf(river: string, aM: number, bM: number): Span {
  return { river, fromM: Math.min(aM, bM), toM: Math.max(aM, bM) }
}

/** A waypoint alone asks for the piece that it lies in. */
function isPointIn(span: Span, fromM: number, toM: number): boolean {
  return span.fromM === span.toM && span.fromM >= fromM && span.fromM < toM
}

/** A waypoint further than this from every river belongs to none, metres. */
const FAR_M = 300

function piecesNear({ map, track, frames, nearM, binM }: CoverageInput): Piece[] {
  const isFlown = toIsFlown(track, frames, nearM)
  const shown = frames.flatMap(({ footprint }) => (footprint ? [{ footprint, bounds: boundsOf(footprint) }] : []))
  const isShown = (at: Position) =>
    shown.some(({ footprint, bounds }) => isWithin(bounds, at) && isInside(footprint, at))
  return map.rivers.flatMap((river) => piecesOf(river, binM).filter(({ middle }) => isFlown(middle) || isShown(middle)))
}

/** What the pictures and the track say of one spot. */
function toJudge({ track, frames, demands, nearM }: CoverageInput): (at: Position) => Verdict {
  const isFlown = toIsFlown(track, frames, nearM)
  const looked = frames.map((frame) => ({ frame, bounds: frame.footprint && boundsOf(frame.footprint) }))
  return (at) => {
    let seen: Seen | null = null
    let mildest = isFlown(at) ? 1 : 0
    for (const { frame, bounds } of looked) {
      const word = wordOf(frame, bounds, at, demands, nearM)
      if (word === null) continue
      if (typeof word === 'string') mildest = Math.max(mildest, REASONS.indexOf(word))
      else if (seen === null || isBetter(word, seen)) seen = word
    }
    return seen === null ? { reason: REASONS[mildest]! } : { seen }
  }
}

function isBetter(a: Seen, b: Seen): boolean {
  if (a.gsdCm !== b.gsdCm) return a.gsdCm < b.gsdCm
  return a.sharpness === b.sharpness ? a.frameId < b.frameId : a.sharpness > b.sharpness
}

/** What one picture says of a spot: how well it shows it, what is wrong with it, or nothing. */
function wordOf(
  frame: Frames[number],
  bounds: Bounds | undefined,
  at: Position,
  demands: PatrolDemands,
  nearM: number,
): Seen | GapReason | null {
  const { footprint, position, state } = frame
  if (footprint === undefined || bounds === undefined) {
    if (position === undefined || distanceM(position, at) > nearM) return null
    return state === 'analysed' ? 'not_placed' : 'not_analysed'
  }
  if (!isWithin(bounds, at) || !isInside(footprint, at)) return null
  return state === 'analysed' ? qualityOf(frame, demands) : 'not_analysed'
}

/** What nobody measured is not held against a picture. */
export function qualityOf(
  { frameId, gsdCm = 0, sharpness = Number.MAX_VALUE, clipped = 0 }: Frames[number],
  demands: PatrolDemands,
): Seen | GapReason {
  if (sharpness < demands.minSharpness) return 'blurred'
  if (clipped > demands.maxClipped) return 'badly_exposed'
  if (gsdCm > demands.maxGsdCm) return 'too_coarse'
  return { gsdCm, sharpness: sharpness === Number.MAX_VALUE ? 0 : sharpness, frameId }
}

/** A picture's place is a place where the drone was. */
function toIsFlown(track: TrackPoint[], frames: Frames, nearM: number): (at: Position) => boolean {
  const legs = track.map((point, i) => [startOf(track[i - 1], point), point.position] as const)
  const spots = frames.flatMap(({ position }) => position ?? [])
  const near = [...legs, ...spots.map((spot) => [spot, spot] as const)].map(([from, to]) => ({
    from,
    to,
    bounds: widen(boundsOf([from, to]), nearM),
  }))
  return (at) => near.some(({ from, to, bounds }) => isWithin(bounds, at) && distanceToSegmentM(at, from, to) <= nearM)
}

/** Nobody knows where a drone flew between two points that are far apart in time and place. */
const LOST_MS = 60_000
const LOST_M = 100

function startOf(before: TrackPoint | undefined, { atMs, position }: TrackPoint): Position {
  if (before === undefined) return position
  const isLost = atMs - before.atMs > LOST_MS && distanceM(before.position, position) > LOST_M
  return isLost ? position : before.position
}
