import type { Coverage, Flight, FlightFrame, TrackPoint } from '../../core/patrol.ts'
import type { Position } from '../../core/place.ts'

/** One picture of a flight. */
export interface FrameState extends Omit<FlightFrame, 'findings'> {
  widthPx: number
  heightPx: number
  /** Metres above the take-off point. */
  heightM?: number
  /** Ids of findings that it shows. */
  findings: string[]
}

/** One flight of one drone. Changed in place. */
export interface FlightState {
  id: string
  device: string
  plan?: string
  implied: boolean
  byHand: boolean
  beganMs: number
  endedMs: number | null
  status?: NonNullable<Flight['status']>
  /** Time of the last picture, flown point or word. */
  lastMs: number
  /** Our clock when something of it was last heard. */
  heardMs: number
  expected?: number
  uploaded?: number
  received: number
  analysed: number
  refused: number
  /** In order of time. */
  track: TrackPoint[]
  /** Points nearer to their neighbours than this are left out, metres. */
  stepM: number
  frames: Map<string, FrameState>
  /** By object: what became of each promised picture; `''` is awaited, `+` delivered, anything else why it is lost. */
  media: Map<string, string>
  /** What it looked at and did not see was decided, with all that is known of it. */
  isSettled: boolean
  /** When that is decided if nothing more is heard, our clock. */
  dueMs: number
  /** Of a flight whose track and pictures were forgotten. */
  coverage?: Coverage
  /** Grows with each change. */
  version: number
}

/** Bounds of memory. Ten thousand pictures are a day of forty flights. */
export const MAX_FLIGHTS = 400
export const MAX_FRAMES = 20_000
export const MAX_FRAMES_OF_FLIGHT = 5_000
export const MAX_TRACK = 1_000
export const MAX_MEDIA = 5_000
/** Metres between flown points at first; doubled when there are too many. */
export const FIRST_STEP_M = 5

export function idleFlight(id: string, device: string, atMs: number): FlightState {
  return {
    ...{ id, device, implied: false, byHand: false, beganMs: atMs, endedMs: null, lastMs: atMs, heardMs: 0 },
    ...{ received: 0, analysed: 0, refused: 0, track: [], stepM: FIRST_STEP_M, frames: new Map(), media: new Map() },
    ...{ isSettled: false, dueMs: Number.POSITIVE_INFINITY, version: 0 },
  }
}

/** The flight as others see it. */
export function toFlight(state: FlightState): Flight {
  const { id, device, plan, implied, byHand, beganMs, endedMs, status, lastMs, expected, uploaded } = state
  const { received, analysed, refused } = state
  const media = [...state.media]
  return {
    ...{ id, device, beganMs, lastMs },
    ...(plan !== undefined && { plan }),
    ...(implied && { implied: true as const }),
    ...(byHand && { byHand: true as const }),
    ...(endedMs !== null && { endedMs }),
    ...(status !== undefined && { status }),
    frames: {
      ...(expected !== undefined && { expected }),
      ...(uploaded !== undefined && { uploaded }),
      ...{ received, analysed, refused },
    },
    media: {
      promised: media.length,
      delivered: media.filter(([, word]) => word === DELIVERED).length,
      lost: media.flatMap(([object, reason]) => (isLost(reason) ? { object, reason } : [])),
      awaited: media.flatMap(([object, word]) => (word === AWAITED ? object : [])),
    },
  }
}

export const AWAITED = ''
export const DELIVERED = '+'

function isLost(word: string): boolean {
  return word !== AWAITED && word !== DELIVERED
}

/** Puts a flown point at its place in time; points too near to their neighbours are left out. */
export function addTrackPoint(flight: FlightState, point: TrackPoint, distanceM: (a: Position, b: Position) => number) {
  const { track } = flight
  const after = track.findLastIndex(({ atMs }) => atMs <= point.atMs) + 1
  const isNear = [track[after - 1], track[after]].some(
    (other) => other !== undefined && distanceM(other.position, point.position) < flight.stepM,
  )
  if (isNear) return
  track.splice(after, 0, point)
  if (track.length <= MAX_TRACK) return
  flight.stepM *= 2
  flight.track = track.filter((_, i) => i % 2 === 0)
}

export type RememberedFlight = Omit<FlightState, 'frames' | 'media' | 'dueMs'> & {
  frames: [string, FrameState][]
  media: [string, string][]
  dueMs: number | null
}

/** A copy that later changes do not reach. */
export function rememberFlight(flight: FlightState): RememberedFlight {
  return {
    ...flight,
    track: [...flight.track],
    frames: [...flight.frames].map(([id, frame]) => [id, { ...frame, findings: [...frame.findings] }]),
    media: [...flight.media],
    dueMs: Number.isFinite(flight.dueMs) ? flight.dueMs : null,
  }
}

export function restoreFlight(remembered: RememberedFlight): FlightState {
  return {
    ...structuredClone(remembered),
    frames: new Map(structuredClone(remembered.frames)),
    media: new Map(remembered.media),
    dueMs: remembered.dueMs ?? Number.POSITIVE_INFINITY,
  }
}
