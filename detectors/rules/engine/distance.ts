import type { Position } from '../../../core/place.ts'

/** Mean radius of the earth (IUGG). */
const EARTH_RADIUS_M = 6_371_008.8
const RAD = Math.PI / 180

/** Metres between two positions along the earth (haversine); good to half a percent. */
export function distanceM(a: Position, b: Position): number {
  const north = Math.sin(((b.lat - a.lat) * RAD) / 2)
  const east = Math.sin(((b.lon - a.lon) * RAD) / 2)
  const half = north * north + Math.cos(a.lat * RAD) * Math.cos(b.lat * RAD) * east * east
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)))
}
