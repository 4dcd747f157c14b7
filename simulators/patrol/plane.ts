import type { Position } from '../../core/place.ts'

/** A point on the map's plane. */
export interface Ground {
  eastM: number
  northM: number
}

/** The plane that touches the earth at the patrol's place. */
export interface Plane {
  toGround(position: Position): Ground
  toPosition(ground: Ground): Position
}

/** WGS-84. */
const SEMI_MAJOR_M = 6_378_137
const FLATTENING = 1 / 298.257223563
const DEG = Math.PI / 180

/** Distances on it are those on the ellipsoid to a few millimetres per 100 m, up to 3 km from its origin. */
export function createPlane(origin: Position): Plane {
  const eccentricity2 = FLATTENING * (2 - FLATTENING)
  const w2 = 1 - eccentricity2 * Math.sin(origin.lat * DEG) ** 2
  const eastM = (SEMI_MAJOR_M / Math.sqrt(w2)) * Math.cos(origin.lat * DEG) * DEG
  const northM = ((SEMI_MAJOR_M * (1 - eccentricity2)) / w2 ** 1.5) * DEG
  return {
    toGround: ({ lat, lon }) => ({ eastM: (lon - origin.lon) * eastM, northM: (lat - origin.lat) * northM }),
    toPosition: (ground) => ({ lat: origin.lat + ground.northM / northM, lon: origin.lon + ground.eastM / eastM }),
  }
}

export function distanceM(a: Ground, b: Ground): number {
  return Math.hypot(a.eastM - b.eastM, a.northM - b.northM)
}
