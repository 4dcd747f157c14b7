import gcoord from 'gcoord'
import type { Finding } from '../../core/finding.ts'
import type { Coverage, FlightDetail } from '../../core/patrol.ts'
import type { Position } from '../../core/place.ts'
import { toCoverageView, toFindingView } from './to-river-view.ts'

/** Its types describe a module whose default is exported by name; Node gives that object itself. */
const { transform, WGS84, GCJ02 } = gcoord as unknown as typeof gcoord.default

/** In which coordinates: those of GNSS receivers, or those of maps published in China. */
export const CRS = { wgs84: 'WGS-84', gcj02: 'GCJ-02' } as const
export type Crs = keyof typeof CRS

type Point = [lon: number, lat: number]

export interface Feature {
  type: 'Feature'
  id?: string
  geometry: { type: 'Point'; coordinates: Point } | { type: 'LineString'; coordinates: Point[] }
  /** `crs` says which coordinates these are: RFC 7946 has no other place for it, and knows WGS-84 only. */
  properties: Record<string, unknown> & { crs: string }
}

export interface FeatureCollection {
  type: 'FeatureCollection'
  features: Feature[]
}

/** Findings whose place is known, as points. */
export function findingsGeoJson(findings: Iterable<Finding>, crs: Crs): FeatureCollection {
  const features: Feature[] = []
  for (const finding of findings) {
    if (finding.position === undefined) continue
    const { position, best, lastLook: _, ...properties } = toFindingView(finding)
    const coordinates = toPoint(finding.position, crs)
    const flat = { ...properties, frameId: best.frameId, flightId: best.flightId, crs: CRS[crs] }
    features.push({ type: 'Feature', id: finding.id, geometry: { type: 'Point', coordinates }, properties: flat })
  }
  return { type: 'FeatureCollection', features }
}

/** The gaps of a flight's coverage, and its track, as lines. */
export function coverageGeoJson({ flight, coverage, track }: FlightDetail, crs: Crs): FeatureCollection {
  const flown = line(
    track.map(({ position }) => position),
    crs,
    { kind: 'track', flight: flight.id },
  )
  const gaps = gapsOf(coverage).map(({ line: along, ...gap }) => line(along, crs, { kind: 'gap', ...gap }))
  return { type: 'FeatureCollection', features: [flown, ...gaps].filter((feature) => feature !== null) }
}

function gapsOf(coverage: Coverage) {
  return toCoverageView(coverage).gaps
}

/** Null where there are too few points for a line. */
function line(positions: Position[], crs: Crs, properties: Record<string, unknown>): Feature | null {
  if (positions.length < 2) return null
  const coordinates = positions.map((position) => toPoint(position, crs))
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates },
    properties: { ...properties, crs: CRS[crs] },
  }
}

/** RFC 7946: longitude first. Positions outside China are the same in both. */
export function toPoint({ lat, lon }: Position, crs: Crs): Point {
  if (crs === 'wgs84') return [lon, lat]
  const [x, y] = transform([lon, lat], WGS84, GCJ02) as Point
  return [x, y]
}
