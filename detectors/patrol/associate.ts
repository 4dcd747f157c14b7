import type { Detection } from '../../core/detection.ts'
import type { FindingState } from './finding-state.ts'
import { distanceM } from './ground-plane.ts'
import type { ClassSettings } from './settings.ts'

/**
 * Of two positions that are each right within their radius two times out of three, the sum of the errors is smaller
 * than this many times the radii together in nineteen cases of twenty (Rayleigh: √(ln 20 / ln 3)).
 */
const GATE = 1.65
/** However unsure and fast: two things this far apart are two, metres. */
export const MAX_GATE_M = 150
/** Share of the cost that looking different makes. */
const LOOK_SHARE = 0.3
/** What this flight has not seen yet is a little less likely. */
const OTHER_FLIGHT = 0.1
/** Where a box does not say how sure its place is, metres. */
export const UNKNOWN_RADIUS_M = 10
/** Two boxes on one large thing may be this share of its length apart. */
const SIZE_SHARE = 0.35

/** A detection on the ground, with what is to be asked of it. */
export type Placed = Detection & Required<Pick<Detection, 'position'>>

export interface Sought {
  atMs: number
  flightId: string
  settings: ClassSettings
  /** Radius below which no position is known between flights, metres. */
  gpsBiasM: number
}

/** How far a detection may be from where a finding is said to be, metres. */
export function gateM(detection: Placed, finding: FindingState, sought: Sought): number {
  const { settings, atMs, flightId, gpsBiasM } = sought
  const isSameFlight = finding.flights.some((seen) => seen.flightId === flightId)
  const radius = Math.hypot(detection.radiusM ?? UNKNOWN_RADIUS_M, finding.radiusM ?? UNKNOWN_RADIUS_M)
  const apartS = Math.abs(atMs - nearestMs(finding, atMs)) / 1000
  const moved = Math.min(settings.maxDriftM, settings.speedMS * apartS)
  const size = (SIZE_SHARE * ((detection.sizeM?.[0] ?? 0) + finding.sizeM)) / 2
  const between = isSameFlight ? 0 : settings.betweenFlightsM + gpsBiasM
  return Math.min(MAX_GATE_M, GATE * radius + settings.allowanceM + moved + size + between)
}

/** 0 is the same place and look, 1 and more is another thing. */
export function costOf(detection: Placed, finding: FindingState, sought: Sought): number {
  const share = distanceM(detection.position, finding.position!) / gateM(detection, finding, sought)
  if (share >= 1) return share
  const isSameFlight = finding.flights.some((seen) => seen.flightId === sought.flightId)
  const unlike = lookDistance(detection.look, finding.look) ?? share
  const cost = (1 - LOOK_SHARE) * share + LOOK_SHARE * unlike + (isSameFlight ? 0 : OTHER_FLIGHT)
  return Math.min(cost, 0.999)
}

/** The moment within which it was seen that is next to a time. */
function nearestMs({ firstMs, lastMs }: FindingState, atMs: number): number {
  return Math.min(lastMs, Math.max(firstMs, atMs))
}

/** 0…1: root of the mean square of what two looks differ by; undefined where one has none. */
export function lookDistance(a: number[] | undefined, b: number[] | undefined): number | undefined {
  if (a === undefined || b === undefined || a.length === 0 || a.length !== b.length) return undefined
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)
  return Math.sqrt(squares / a.length) / 255
}

/** A finding, and what it counts as: of a duplicate, the finding that it is the same as. */
export interface Candidate {
  at: FindingState
  counts: FindingState
}

/**
 * Pairs detections of one frame with findings, cheapest pair first: neither is paired twice, nor with what is `taken`
 * already. The finding of each detection, undefined where nothing fits. Equal costs go by order of detections, then ids.
 */
export function assign(
  detections: Placed[],
  nearOf: (detection: Placed) => Iterable<Candidate>,
  soughtOf: (detection: Placed) => Sought,
  taken: Set<string>,
): (FindingState | undefined)[] {
  const pairs = detections.flatMap((detection, index) => {
    const sought = soughtOf(detection)
    return [...nearOf(detection)]
      .map(({ at, counts }) => ({ index, counts, cost: costOf(detection, at, sought) }))
      .filter(({ cost }) => cost < 1)
  })
  pairs.sort((a, b) => a.cost - b.cost || a.index - b.index || (a.counts.id < b.counts.id ? -1 : 1))
  const found: (FindingState | undefined)[] = detections.map(() => undefined)
  for (const { index, counts } of pairs) {
    if (found[index] !== undefined || taken.has(counts.id)) continue
    found[index] = counts
    taken.add(counts.id)
  }
  return found
}
