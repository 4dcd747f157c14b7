import type { Pose } from './detection.ts'
import type { Page } from './page.ts'
import type { Position } from './place.ts'

/** A point of a planned route, and the reach that it belongs to. */
export interface Waypoint {
  position: Position
  /** Metres above the take-off point. */
  heightM?: number
  /** Id of the reach on the map. */
  reach?: string
}

/** Where a patrol is to go. */
export interface PatrolPlan {
  id: string
  name: string
  /** Drones that fly it; absent: every drone. */
  devices?: string[]
  waypoints: Waypoint[]
  /** Pictures that one flight is expected to take. */
  expectedFrames?: number
}

/** How much of a picture counts: below this it was taken but shows too little. */
export interface PatrolDemands {
  /** Least sharpness (`FrameQuality`). */
  minSharpness: number
  /** Coarsest ground sampling distance, centimetres per pixel. */
  maxGsdCm: number
  /** Largest share of clipped pixels. */
  maxClipped: number
}

/** Flights are named by whoever plans them (a dock gives UUIDs). */
export const FLIGHT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** A picture that lies in the store, or will, and what was said of it beside its bytes. */
export interface MediaPromise {
  /** Its key in the bucket. */
  object: string
  name?: string
  takenMs?: number
  /** As the dock said it: without pitch. */
  pose?: Pose
  /** By which a sender asks whether it was uploaded before. */
  fingerprint?: string
}

/** What a dock, a drone or its pilot says of a flight; every field as far as they say it. */
export type FlightTold =
  | { what: 'began'; plan?: string }
  | { what: 'ended'; status: 'ok' | 'partially_done' | 'failed' | 'canceled' }
  | { what: 'progress'; percent?: number; waypoint?: number }
  /** How many pictures there will be, how many were uploaded so far. */
  | { what: 'media_count'; expected?: number; uploaded?: number }
  /** The sender says that this picture lies in the store, or will. */
  | ({ what: 'media_promised' } & MediaPromise)
  | { what: 'media_delivered'; object: string; frameId: string }
  /** It could not be fetched after all tries, or is no picture. */
  | { what: 'media_lost'; object: string; reason: string }
  /** Taken by hand (DRC, manual mode): its pictures do not come by themselves. */
  | { what: 'by_hand' }

/** One flight of one drone, as far as it is known. */
export interface Flight {
  id: string
  device: string
  plan?: string
  /** Nobody announced it: it was made of frames that follow one another. */
  implied?: true
  byHand?: true
  beganMs: number
  /** Absent while it goes on. */
  endedMs?: number
  status?: 'ok' | 'partially_done' | 'failed' | 'canceled'
  lastMs: number
  frames: {
    /** As the plan or the dock says; absent when nobody does. */
    expected?: number
    uploaded?: number
    received: number
    analysed: number
    refused: number
  }
  media: { promised: number; delivered: number; lost: { object: string; reason: string }[]; awaited: string[] }
}

/** Why a stretch of river is not covered, the worst that holds first. */
export type GapReason =
  | 'not_flown'
  | 'not_photographed'
  | 'not_analysed'
  /** Analysed, but its pose does not say what ground it shows. */
  | 'not_placed'
  | 'blurred'
  | 'badly_exposed'
  | 'too_coarse'

/** A stretch of a river's centre line between two chainages, metres. */
export interface Stretch {
  river: string
  /** Id of the reach on the map. */
  reach?: string
  fromM: number
  toM: number
}

export interface CoverageGap extends Stretch {
  reason: GapReason
  /** Its centre line. */
  line: Position[]
}

/** Which metres of the planned river (all of it that the flight came near, without a plan) were seen, and how well. */
export interface Coverage {
  /** Metres that should have been covered. */
  plannedM: number
  coveredM: number
  gaps: CoverageGap[]
  /** What was seen, in stretches of equal quality: ground sampling distance and sharpness of the best picture. */
  seen: (Stretch & { gsdCm: number; sharpness: number; frameId: string })[]
}

/** A flown point. */
export interface TrackPoint {
  atMs: number
  position: Position
  heightM?: number
}

export interface FlightDetail {
  flight: Flight
  plan?: PatrolPlan
  track: TrackPoint[]
  coverage: Coverage
  /** Where each picture was taken, its footprint, its quality. */
  frames: FlightFrame[]
}

export interface FlightFrame {
  frameId: string
  atMs: number
  state: 'queued' | 'analysed' | 'refused'
  reason?: string
  position?: Position
  footprint?: Position[]
  gsdCm?: number
  sharpness?: number
  brightness?: number
  clipped?: number
  /** Which findings it shows. */
  findings: string[]
}

/** One flight in a log of patrols: how much it covered, why not the rest, and what is left to review. */
export interface PatrolDigest {
  flight: Flight
  coverage: {
    plannedM: number
    coveredM: number
    /** Metres not covered by reason, most first. */
    gaps: { reason: GapReason; lengthM: number }[]
    /** The same by river and reach. */
    stretches: { river: string; reach?: string; plannedM: number; coveredM: number }[]
  }
  /** Believed ones that it saw. */
  findings: { seen: number; undecided: number }
}

/** A reach, when it was last looked at, and what is there. */
export interface ReachWatch {
  /** Id of the reach on the map. */
  id: string
  name: string
  nameEn?: string
  fromM: number
  toM: number
  /** The last flight that covered at least half of it; absent while none is remembered. */
  lastCovered?: { flightId: string; atMs: number }
  /** Believed ones that are there, and those of them that nobody decided on. */
  present: number
  undecided: number
}

export interface RiverWatch {
  name: string
  nameEn?: string
  lengthM: number
  /** Down the river. */
  reaches: ReachWatch[]
}

export interface FlightQuery {
  device?: string
  fromMs?: number
  toMs?: number
  limit: number
  cursor?: string
}

/** Flights as others see them. Newest first. */
export interface FlightDesk {
  flights(query: FlightQuery): Page<Flight>
  flight(id: string): FlightDetail | null
  /** Newest first. */
  patrols(query: FlightQuery): Page<PatrolDigest>
  rivers(): RiverWatch[]
  plans(): PatrolPlan[]
  /** Makes or replaces a plan; resolves once that is durable. Throws `bad_request`. */
  setPlan(plan: PatrolPlan, by: string): Promise<PatrolPlan>
  /** Throws `not_found`. */
  withdrawPlan(id: string, by: string): Promise<void>
}
