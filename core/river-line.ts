import type { Position } from './place.ts'

const EARTH_RADIUS_M = 6_371_008.8
const RAD = Math.PI / 180

/** Where a position lies along a river. */
export interface Station {
  /** Metres from the river's zero, downstream. */
  alongM: number
  /** Metres from the centre line. */
  offsetM: number
}

/**
 * The centre line of a river, as GeoJSON gives it ([lon, lat], from zero downstream). On a plane that touches the earth at
 * the line's first point: exact to a few metres over 30 km.
 */
export function createRiverLine(coordinates: [number, number][]): { stationOf(position: Position): Station } {
  const [lon0, lat0] = coordinates[0] ?? [0, 0]
  const eastM = EARTH_RADIUS_M * RAD * Math.cos(lat0 * RAD)
  const northM = EARTH_RADIUS_M * RAD
  const points = coordinates.map(([lon, lat]) => ({ x: (lon - lon0) * eastM, y: (lat - lat0) * northM }))

  return {
    stationOf({ lat, lon }) {
      const x = (lon - lon0) * eastM
      const y = (lat - lat0) * northM
      let best: Station = { alongM: 0, offsetM: Number.POSITIVE_INFINITY }
      let walkedM = 0
      for (const [i, b] of points.entries()) {
        const a = points[i - 1]
        if (!a) continue
        const lengthM = Math.hypot(b.x - a.x, b.y - a.y)
        const share = lengthM === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / lengthM ** 2
        const t = Math.min(1, Math.max(0, share))
        const offsetM = Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y))
        if (offsetM < best.offsetM) best = { alongM: walkedM + t * lengthM, offsetM }
        walkedM += lengthM
      }
      return best
    },
  }
}

/** Chainage (桩号) as written on maps: 1240 m is `K1+240`. */
export function chainageMark(alongM: number): string {
  const metres = Math.round(alongM)
  return `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`
}
