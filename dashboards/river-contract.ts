import type { PixelBox } from '../core/detection.ts'
import type { FindingChange, Presence, RejectReason, ReviewState, VerdictWord } from '../core/finding.ts'
import type {
  Flight,
  FlightFrame,
  GapReason,
  PatrolDigest,
  PatrolPlan,
  ReachWatch,
  RiverWatch,
} from '../core/patrol.ts'
import type { Position } from '../core/place.ts'
import type { ReviewStatistics } from '../core/review-statistics.ts'

/** River patrols as they cross between the HTTP API and the browser app. Times are ISO 8601 in UTC, positions WGS-84. */

export type { GapReason, PatrolPlan, RejectReason, ReviewState, ReviewStatistics }

export interface FlightView extends Omit<Flight, 'beganMs' | 'endedMs' | 'lastMs'> {
  beganAt: string
  /** Absent while it goes on. */
  endedAt?: string
  lastAt: string
}

/** A stretch of a river between two chainages; `from` and `to` as written on maps, `K1+240`. */
export interface StretchView {
  river: string
  reach?: string
  fromM: number
  toM: number
  from: string
  to: string
}

export interface CoverageView {
  plannedM: number
  coveredM: number
  gaps: (StretchView & { reason: GapReason; line: Position[] })[]
  seen: (StretchView & { gsdCm: number; sharpness: number; frameId: string })[]
}

export type FlightFrameView = Omit<FlightFrame, 'atMs'> & { at: string }

export interface FlightDetailView {
  flight: FlightView
  plan?: PatrolPlan
  track: { at: string; position: Position; heightM?: number }[]
  coverage: CoverageView
  frames: FlightFrameView[]
}

/** One flight in the log of patrols. */
export interface PatrolDigestView extends Omit<PatrolDigest, 'flight'> {
  flight: FlightView
}

/** A reach, when it was last looked at, and what is there. */
export interface ReachView extends Omit<ReachWatch, 'lastCovered'> {
  from: string
  to: string
  lastCovered?: { flightId: string; at: string }
}

export interface RiverView extends Omit<RiverWatch, 'reaches'> {
  reaches: ReachView[]
}

/** A place at a river; `chainage` as written on maps. */
export interface RiverPlaceView {
  river: string
  reach?: string
  reachName?: string
  chainage: string
  alongM: number
  offsetM: number
  bank: 'left' | 'right' | 'middle'
}

export interface SightingView {
  frameId: string
  flightId: string
  at: string
  score: number
  box: PixelBox
  position?: Position
  radiusM?: number
  areaM2?: number
  heightM?: number
  model: string
}

export type VerdictView = VerdictWord & { by: string; at: string; note?: string; model: string; score: number }

export interface FindingView {
  id: string
  label: string
  modelLabel?: string
  presence: Presence
  tentative?: true
  position?: Position
  radiusM?: number
  place?: RiverPlaceView
  areaM2?: number
  growth?: number
  firstAt: string
  lastAt: string
  goneAt?: string
  sightings: number
  score: number
  review: ReviewState
  /** Name it in a verdict as `expectedVerdicts` to act only on what was seen. */
  verdictCount: number
  /** Two people's last words on it are different ones. */
  disputed?: true
  best: SightingView
  /** As the flight that was asked for saw it best. */
  onFlight?: SightingView
  lastLook: { flightId: string; frameId: string; at: string }
  /** Paths of its part of the best picture, and of that picture. */
  crop: string
  picture: string
}

export interface FindingDetailView extends FindingView {
  verdicts: VerdictView[]
  flights: {
    flightId: string
    firstAt: string
    lastAt: string
    sightings: number
    score: number
    areaM2?: number
    best: SightingView
  }[]
  /** Ids of its open alerts. */
  alerts: string[]
}

/** How one flight shows the spot; without `sighting` it looked and did not see it. */
export interface SpotLookView {
  flightId: string
  frameId: string
  at: string
  sighting?: SightingView
  /** Where the picture shows its place, pixels of the picture as it was sent. */
  spot?: [x: number, y: number]
  picture: string
}

/** The spot before and after; `before` is absent when one flight looked only. */
export interface FindingPairView {
  id: string
  before?: SpotLookView
  after: SpotLookView
}

/** What became of a finding, in the live feed. */
export interface FindingUpdate {
  change: FindingChange
  finding: FindingView
}

/** The body of `POST /findings/{id}/verdict`. */
export interface VerdictBody {
  verdict: VerdictWord['verdict']
  /** Of `rejected`. */
  reason?: RejectReason
  /** Of `duplicate`: the finding that it is the same as. */
  of?: string
  /** Of `reclassed`. */
  label?: string
  /** Of `redrawn`; the best picture when absent. */
  frameId?: string
  box?: PixelBox
  /** `not_ours` needs one. */
  note?: string
  expectedVerdicts?: number
}
