import type { Position } from '../../core/place.ts'
import type { GroundOffset } from './camera.ts'

/** WGS-84. */
const SEMI_MAJOR_M = 6_378_137
const ECCENTRICITY_SQUARED = 0.00669437999014
const DEG = Math.PI / 180

/** The position some metres north and east of another. */
export function positionAt({ lat, lon }: Position, { north, east }: GroundOffset): Position {
  const { meridianM, parallelM } = radiiAt(lat)
  const wrapped = lon + east / parallelM / DEG
  return { lat: lat + north / meridianM / DEG, lon: ((((wrapped + 180) % 360) + 360) % 360) - 180 }
}

/** Metres north and east from one position to another, no more than some kilometres away. */
export function offsetBetween(from: Position, to: Position): GroundOffset {
  const { meridianM, parallelM } = radiiAt(from.lat)
  const turn = ((((to.lon - from.lon + 180) % 360) + 360) % 360) - 180
  return { north: (to.lat - from.lat) * DEG * meridianM, east: turn * DEG * parallelM }
}

/** Radius of curvature along the meridian, and of the parallel, metres. */
function radiiAt(lat: number): { meridianM: number; parallelM: number } {
  const s = 1 - ECCENTRICITY_SQUARED * Math.sin(lat * DEG) ** 2
  return {
    meridianM: (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / s ** 1.5,
    parallelM: (SEMI_MAJOR_M / Math.sqrt(s)) * Math.cos(lat * DEG),
  }
}
