import {
  type Finding,
  type FindingFlight,
  MAX_FLIGHTS_OF_FINDING,
  type Presence,
  type RiverPlace,
  type Sighting,
  type SpotLook,
  type Verdict,
} from '../../core/finding.ts'
import type { Position } from '../../core/place.ts'
import { medianOf, withNumber } from './median.ts'

/** What one flight saw of a finding, with the numbers behind the medians. */
export interface SeenOnFlight {
  flightId: string
  firstMs: number
  lastMs: number
  sightings: number
  /** In rising order. */
  scores: number[]
  areas: number[]
  best: Sighting
}

/** A finding as the book keeps it. Never changed in place: a snapshot holds the same objects. */
export interface FindingState {
  id: string
  /** The drone that saw it last. */
  device: string
  /** What models call it: sightings are matched by this. */
  seenAs: string
  /** What people call it. */
  label: string
  /** Not tentative any more. */
  believed: boolean
  presence: Presence
  position?: Position
  radiusM?: number
  place?: RiverPlace
  /** Sums of the weights 1/radius² and of the positions with these weights. */
  weight: { sum: number; lat: number; lon: number }
  /** Longer side of the largest sighting, metres. */
  sizeM: number
  look?: number[]
  firstMs: number
  lastMs: number
  goneMs?: number
  /** Our clock at its last sighting. */
  heardMs: number
  sightings: number
  scores: number[]
  best: Sighting
  /** Oldest first, by the time of flying. */
  flights: SeenOnFlight[]
  /** The last two flights that looked at the spot, older first. */
  looks: SpotLook[]
  verdicts: Verdict[]
  /** The finding that people say it is the same as. */
  sameAs?: string
  /** Growth that was told last, so that it is told once. */
  grownOn?: string
  /** Position in the journal of its last change. */
  changedSeq: number
}

export function toFinding(state: FindingState): Finding {
  const { id, label, presence, believed, position, radiusM, place, firstMs, lastMs, goneMs, sightings } = state
  const last = state.looks.at(-1)!
  const areaM2 = areaOf(state.flights.at(-1))
  const growth = growthOf(state)
  return {
    ...{ id, label, presence },
    ...(state.seenAs !== label && { modelLabel: state.seenAs }),
    ...(!believed && { tentative: true as const }),
    ...(position && { position }),
    ...(radiusM !== undefined && { radiusM }),
    ...(place && { place }),
    ...(areaM2 !== undefined && { areaM2 }),
    ...(growth !== undefined && { growth }),
    ...{ firstMs, lastMs },
    ...(presence === 'gone' && goneMs !== undefined && { goneMs }),
    ...{ sightings, score: medianOf(state.scores), best: state.best, flights: state.flights.map(toFindingFlight) },
    lastLook: { flightId: last.flightId, frameId: last.frameId, atMs: last.atMs },
    verdicts: state.verdicts,
  }
}

function toFindingFlight(seen: SeenOnFlight): FindingFlight {
  const { flightId, firstMs, lastMs, sightings, scores, best } = seen
  const areaM2 = areaOf(seen)
  return {
    ...{ flightId, firstMs, lastMs, sightings, score: medianOf(scores) },
    ...(areaM2 !== undefined && { areaM2 }),
    best,
  }
}

function areaOf(seen: SeenOnFlight | undefined): number | undefined {
  return seen === undefined || seen.areas.length === 0 ? undefined : medianOf(seen.areas)
}

/** Area on the last flight against the one before, where both are known. */
export function growthOf({ flights }: Pick<FindingState, 'flights'>): number | undefined {
  const [before, after] = [areaOf(flights.at(-2)), areaOf(flights.at(-1))]
  return before === undefined || after === undefined || before === 0 ? undefined : after / before
}

/** The flights with one more sighting. */
export function withSighting(flights: SeenOnFlight[], sighting: Sighting): SeenOnFlight[] {
  const { flightId, atMs, score, areaM2 } = sighting
  const known = flights.find((one) => one.flightId === flightId)
  const next: SeenOnFlight = {
    flightId,
    firstMs: Math.min(known?.firstMs ?? atMs, atMs),
    lastMs: Math.max(known?.lastMs ?? atMs, atMs),
    sightings: (known?.sightings ?? 0) + 1,
    scores: withNumber(known?.scores ?? [], score),
    areas: areaM2 === undefined ? (known?.areas ?? []) : withNumber(known?.areas ?? [], areaM2),
    best: known === undefined ? sighting : betterOf(known.best, sighting),
  }
  return [...flights.filter((one) => one !== known), next]
    .sort((a, b) => a.firstMs - b.firstMs || (a.flightId < b.flightId ? -1 : 1))
    .slice(-MAX_FLIGHTS_OF_FINDING)
}

/** The surer one; of equal ones the earlier, so that the order of arrival does not matter. */
export function betterOf(a: Sighting, b: Sighting): Sighting {
  if (a.score !== b.score) return a.score > b.score ? a : b
  return a.atMs <= b.atMs ? a : b
}

/** The looks with one more: the better sighting of each flight, the newest two flights. */
export function withLook(looks: SpotLook[], look: SpotLook): SpotLook[] {
  const known = looks.find(({ flightId }) => flightId === look.flightId)
  const kept = known === undefined ? look : betterLook(known, look)
  return [...looks.filter((one) => one !== known), kept].sort((a, b) => a.atMs - b.atMs).slice(-2)
}

function betterLook(a: SpotLook, b: SpotLook): SpotLook {
  if (a.sighting === undefined || b.sighting === undefined) return b.sighting === undefined ? a : b
  return betterOf(a.sighting, b.sighting) === a.sighting ? a : b
}
