import type { Metres } from './river-course.ts'

export type WorldKind =
  | 'river'
  | 'riverline'
  | 'reach'
  | 'chainage'
  | 'road'
  | 'building'
  | 'heritage-quarter'
  | 'committee'
  | 'grid'

/** GeoJSON positions are [longitude, latitude] in WGS-84 degrees. */
export type LonLat = [number, number]
export type WorldGeometry =
  | { type: 'Point'; coordinates: LonLat }
  | { type: 'LineString'; coordinates: LonLat[] }
  | { type: 'Polygon'; coordinates: LonLat[][] }

/** One feature of the sub-district's map. What else `properties` hold depends on the kind; see `README.md` here. */
export interface WorldFeature {
  type: 'Feature'
  id: string
  properties: { kind: WorldKind; name?: string; name_en?: string; [property: string]: unknown }
  geometry: WorldGeometry
}

/** The map's centre. The place is fictional; the position gives it a sun, a time zone and a latitude. */
export const CENTRE = { lat: 31.317, lon: 120.628 }
const M_PER_DEG_LAT = 110_868
const M_PER_DEG_LON = 111_320 * Math.cos((CENTRE.lat * Math.PI) / 180)

/** Six decimals are a decimetre; rounding also keeps the file equal on every engine. */
export function toLonLat([eastM, northM]: Metres): LonLat {
  return [round6(CENTRE.lon + eastM / M_PER_DEG_LON), round6(CENTRE.lat + northM / M_PER_DEG_LAT)]
}

/** The inverse, exact to the decimetre. */
export function toMetres([lon, lat]: LonLat): Metres {
  return [(lon - CENTRE.lon) * M_PER_DEG_LON, (lat - CENTRE.lat) * M_PER_DEG_LAT]
}

export function toPoint(at: Metres): WorldGeometry {
  return { type: 'Point', coordinates: toLonLat(at) }
}

export function toLine(points: readonly Metres[]): WorldGeometry {
  return { type: 'LineString', coordinates: points.map(toLonLat) }
}

/** Closes the ring. Points run counter-clockwise, as RFC 7946 asks of an outer ring. */
export function toPolygon(points: readonly Metres[]): WorldGeometry {
  return { type: 'Polygon', coordinates: [[...points, points[0]!].map(toLonLat)] }
}

/** Corners of a rectangle, counter-clockwise, turned by `angleRad` (counter-clockwise from east). */
export function toRectangle(centre: Metres, widthM: number, depthM: number, angleRad: number): Metres[] {
  const cos = Math.cos(angleRad)
  const sin = Math.sin(angleRad)
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([i, j]) => {
    const x = (i! * widthM) / 2
    const y = (j! * depthM) / 2
    return [centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos]
  })
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
