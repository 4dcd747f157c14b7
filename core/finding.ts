import type { Attributes } from './device.ts'
import type { Position } from './place.ts'

/** Where a finding was seen best, or last. */
export interface Sighting {
  frameId: string
  flightId: string
  atMs: number
  score: number
  /** [x, y, width, height] in pixels of the picture as it was sent. */
  box: [number, number, number, number]
  position?: Position
  radiusM?: number
  areaM2?: number
  /** Metres above the take-off point. */
  heightM?: number
  model: string
  /** SHA-256 of the annotated picture in the evidence store. */
  annotatedSha256?: string
}

/** What one flight saw of a finding. */
export interface FindingFlight {
  flightId: string
  firstMs: number
  lastMs: number
  sightings: number
  /** Median of the scores. */
  score: number
  /** Median of the areas. */
  areaM2?: number
  best: Sighting
}

/** Flights that a finding keeps, the newest. */
export const MAX_FLIGHTS_OF_FINDING = 20

/** A place at a river: chainage along its centre line. */
export interface RiverPlace {
  river: string
  /** Id of the reach on the map. */
  reach?: string
  reachName?: string
  /** Metres from the river's zero. */
  alongM: number
  /** Metres from the centre line. */
  offsetM: number
  /** Looking downstream. */
  bank: 'left' | 'right' | 'middle'
}

/** `present`: the last flight that looked there saw it. `gone`: the last that looked there well did not. */
export type Presence = 'present' | 'gone'

/** One object over many frames and flights. */
export interface Finding {
  /** `f` and the journal position of the analysis that showed it first, then its number there: `f10452-0`. */
  id: string
  /** What it is: the model's word, or the reviewer's when one called it otherwise. */
  label: string
  /** The model's word, where a reviewer called it otherwise. */
  modelLabel?: string
  presence: Presence
  /** Seen too seldom or too weakly to be believed; nobody is told of it. */
  tentative?: true
  /** Best estimate over all sightings; absent when no picture says where it was. */
  position?: Position
  radiusM?: number
  place?: RiverPlace
  /** As the last flight saw it. */
  areaM2?: number
  /** Area against the flight before, where both are known: 1.5 is half as much again. */
  growth?: number
  firstMs: number
  lastMs: number
  goneMs?: number
  sightings: number
  /** Median of all scores. */
  score: number
  /** Over all flights. */
  best: Sighting
  /** Newest last, at most `MAX_FLIGHTS_OF_FINDING`. */
  flights: FindingFlight[]
  /** The last flight that looked at the spot well enough to see it, and the picture that shows the spot best. */
  lastLook: { flightId: string; frameId: string; atMs: number }
  /** What reviewers said of it, newest last. */
  verdicts: Verdict[]
}

/** What happened to it. `seen`: once more on the same flight; `returned`: gone, and there again. */
export type FindingChange = 'opened' | 'seen' | 'seen_again' | 'grown' | 'gone' | 'returned' | 'reviewed'

export const REJECT_REASONS = ['glint', 'vegetation', 'shadow', 'boat_wake', 'leaves', 'other'] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** A reviewer's word. The last one holds; a re-class or a redrawn box changes the finding and leaves its state. */
export type VerdictWord =
  | { verdict: 'confirmed' }
  | { verdict: 'rejected'; reason: RejectReason }
  /** It is the same thing as another finding. */
  | { verdict: 'duplicate'; of: string }
  | { verdict: 'not_ours'; note: string }
  | { verdict: 'reclassed'; label: string }
  /** Pixels of the finding's best picture, or of the one named. */
  | { verdict: 'redrawn'; frameId: string; box: [number, number, number, number] }
  /** Takes back the last word. */
  | { verdict: 'reopened' }

export type Verdict = VerdictWord & {
  by: string
  atMs: number
  note?: string
  model: string
  score: number
  /** The same key again from the same person on the same finding changes nothing. */
  key?: string
}

/** Where the review of a finding stands. */
export type ReviewState = 'undecided' | 'confirmed' | 'rejected' | 'duplicate' | 'not_ours'

/** The word that holds: the newest that decides, or `undecided`. */
export function reviewStateOf({ verdicts }: Pick<Finding, 'verdicts'>): ReviewState {
  const last = verdicts.findLast(({ verdict }) => verdict !== 'reclassed' && verdict !== 'redrawn')
  if (last === undefined || last.verdict === 'reopened') return 'undecided'
  return last.verdict as ReviewState
}

/** Whether two people's last words that decide are different ones. */
export function isDisputed({ verdicts }: Pick<Finding, 'verdicts'>): boolean {
  const lastOf = new Map<string, Verdict['verdict']>()
  for (const { by, verdict } of verdicts) if (verdict !== 'reclassed' && verdict !== 'redrawn') lastOf.set(by, verdict)
  const words = [...lastOf.values()].filter((verdict) => verdict !== 'reopened')
  return new Set(words).size > 1
}

/** Words after which nobody need do anything about it any more. */
export function isDismissed(review: ReviewState): boolean {
  return review === 'rejected' || review === 'duplicate' || review === 'not_ours'
}

/** What an alert tells of the finding that it is about. */
export interface AlertFinding {
  id: string
  label: string
  place?: RiverPlace
  areaM2?: number
  review: ReviewState
  reviewedBy?: string
  /** The picture that shows it best. */
  frameId: string
}

export function toAlertFinding(finding: Finding): AlertFinding {
  const { id, label, place, areaM2, best, verdicts } = finding
  const review = reviewStateOf(finding)
  const reviewedBy = review === 'undecided' ? undefined : verdicts.findLast(({ verdict }) => verdict === review)?.by
  return {
    id,
    label,
    ...(place && { place }),
    ...(areaM2 !== undefined && { areaM2 }),
    review,
    ...(reviewedBy !== undefined && { reviewedBy }),
    frameId: best.frameId,
  }
}

/** A finding as it stands after a change; what judges see of it. */
export interface FindingNews {
  kind: 'finding'
  /** Position and arrival of the observation that changed it. */
  seq: number
  arrivalMs: number
  /** The drone. */
  deviceId: string
  atMs: number
  change: FindingChange
  finding: Finding
  /** What the map says of the reach that it lies in, for example `{ drinking_water: true }`. */
  reach?: Attributes
}

/** How a flight shows the spot of a finding: the sighting, or the picture in which it is missing. */
export interface SpotLook {
  flightId: string
  frameId: string
  atMs: number
  /** Absent where the flight looked and did not see it. */
  sighting?: Sighting
  /** Where the picture shows its place, pixels of the picture as it was sent; absent where nobody knows. */
  spot?: [x: number, y: number]
}

/**
 * The spot of a finding on the last two flights that looked at it; of one that only one flight saw, `before` is an
 * earlier flight that shows the place without it. Absent where no other flight did.
 */
export interface BeforeAfter {
  before?: SpotLook
  after: SpotLook
}

export interface FindingQuery {
  label?: string
  /** Id of a reach on the map. */
  reach?: string
  river?: string
  presence?: Presence
  review?: ReviewState
  /** Seen on this flight. */
  flight?: string
  /** Tentative ones too; left out by default. */
  tentative?: boolean
  limit: number
  cursor?: string
}
