import { findingCropPath, findingPicturePath } from '../../core/alert-view.ts'
import {
  type Finding,
  isDisputed,
  type RiverPlace,
  reviewStateOf,
  type Sighting,
  type SpotLook,
  type Verdict,
} from '../../core/finding.ts'
import type {
  Coverage,
  Flight,
  FlightDetail,
  FlightFrame,
  PatrolDigest,
  RiverWatch,
  Stretch,
} from '../../core/patrol.ts'
import { chainageMark } from '../../core/river-line.ts'
import type {
  CoverageView,
  FindingDetailView,
  FindingView,
  FlightDetailView,
  FlightFrameView,
  FlightView,
  PatrolDigestView,
  RiverPlaceView,
  RiverView,
  SightingView,
  SpotLookView,
  StretchView,
  VerdictView,
} from '../river-contract.ts'
import { toIso } from './to-iso.ts'

/** What a page gets of a patrol, nothing internal in it. */

export function toFlightView({ beganMs, endedMs, lastMs, ...flight }: Flight): FlightView {
  return {
    ...flight,
    beganAt: toIso(beganMs),
    ...(endedMs !== undefined && { endedAt: toIso(endedMs) }),
    lastAt: toIso(lastMs),
  }
}

export function toFlightDetailView({ flight, plan, track, coverage, frames }: FlightDetail): FlightDetailView {
  return {
    flight: toFlightView(flight),
    ...(plan && { plan }),
    track: track.map(({ atMs, ...point }) => ({ at: toIso(atMs), ...point })),
    coverage: toCoverageView(coverage),
    frames: frames.map(toFlightFrameView),
  }
}

function toFlightFrameView({ atMs, ...frame }: FlightFrame): FlightFrameView {
  return { ...frame, at: toIso(atMs) }
}

export function toPatrolDigestView({ flight, ...digest }: PatrolDigest): PatrolDigestView {
  return { flight: toFlightView(flight), ...digest }
}

export function toRiverView({ reaches, ...river }: RiverWatch): RiverView {
  return {
    ...river,
    reaches: reaches.map(({ lastCovered, ...reach }) => ({
      ...{ ...reach, from: chainageMark(reach.fromM), to: chainageMark(reach.toM) },
      ...(lastCovered && { lastCovered: { flightId: lastCovered.flightId, at: toIso(lastCovered.atMs) } }),
    })),
  }
}

export function toCoverageView({ plannedM, coveredM, gaps, seen }: Coverage): CoverageView {
  return {
    ...{ plannedM, coveredM },
    gaps: gaps.map((gap) => ({ ...toStretchView(gap), reason: gap.reason, line: gap.line })),
    seen: seen.map(({ gsdCm, sharpness, frameId, ...stretch }) => ({
      ...toStretchView(stretch),
      ...{ gsdCm, sharpness, frameId },
    })),
  }
}

function toStretchView({ river, reach, fromM, toM }: Stretch): StretchView {
  const marks = { from: chainageMark(fromM), to: chainageMark(toM) }
  return { river, ...(reach !== undefined && { reach }), ...{ fromM, toM }, ...marks }
}

export function toRiverPlaceView(place: RiverPlace): RiverPlaceView {
  return { ...place, chainage: chainageMark(place.alongM) }
}

export function toSightingView({ atMs, annotatedSha256: _, ...sighting }: Sighting): SightingView {
  return { ...sighting, at: toIso(atMs) }
}

export function toVerdictView({ atMs, key: _, ...verdict }: Verdict): VerdictView {
  return { ...verdict, at: toIso(atMs) } as VerdictView
}

/** `flightId`: also as that flight saw it. */
export function toFindingView(finding: Finding, flightId?: string): FindingView {
  const { place, firstMs, lastMs, goneMs, best, flights, lastLook, verdicts, ...rest } = finding
  const onFlight = flights.find((flight) => flight.flightId === flightId)?.best
  return {
    ...rest,
    ...(place && { place: toRiverPlaceView(place) }),
    ...{ firstAt: toIso(firstMs), lastAt: toIso(lastMs) },
    ...(goneMs !== undefined && { goneAt: toIso(goneMs) }),
    ...{ review: reviewStateOf(finding), verdictCount: verdicts.length, best: toSightingView(best) },
    ...(isDisputed(finding) && { disputed: true as const }),
    ...(onFlight && { onFlight: toSightingView(onFlight) }),
    lastLook: { flightId: lastLook.flightId, frameId: lastLook.frameId, at: toIso(lastLook.atMs) },
    ...{ crop: findingCropPath(finding.id), picture: findingPicturePath(finding.id, best.frameId) },
  }
}

export function toFindingDetailView(finding: Finding, alerts: string[]): FindingDetailView {
  return {
    ...toFindingView(finding),
    verdicts: finding.verdicts.map(toVerdictView),
    flights: finding.flights.map(({ firstMs, lastMs, best, ...flight }) => ({
      ...flight,
      ...{ firstAt: toIso(firstMs), lastAt: toIso(lastMs), best: toSightingView(best) },
    })),
    alerts,
  }
}

export function toSpotLookView(findingId: string, { flightId, frameId, atMs, sighting, spot }: SpotLook): SpotLookView {
  return {
    ...{ flightId, frameId, at: toIso(atMs) },
    ...(sighting && { sighting: toSightingView(sighting) }),
    ...(spot && { spot }),
    picture: findingPicturePath(findingId, frameId),
  }
}
