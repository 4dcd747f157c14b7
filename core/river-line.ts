import type { Position } from './place.ts'

const EARTH_RADIUS_M = 6_371_008.8
const RAD = Math.PI / 180

/** Where a position lies along a river. */
export interface Station {
  /** Metres from the river's zero, downstream. */
  alongM: number
  /** Metres from the centre line. */
  offsetM: number
  /** Left of the centre line, looking downstream. */
  isLeft: boolean
}

export interface RiverLine {
  lengthM: number
  stationOf(position: Position): Station
  /** The point of the line at a chainage; beyond an end, that end. */
  positionAt(alongM: number): Position
  /** The line between two chainages, both ends included. */
  between(fromM: number, toM: number): Position[]
}

/**
 * The centre line of a river, as GeoJSON gives it ([lon, lat], from zero downstream). On a plane that touches the earth at
 * the line's first point: exact to a few metres over 30 km.
 */
export function createRiverLine(coordinates: [number, number][]): RiverLine {
  const [lon0, lat0] = coordinates[0] ?? [0, 0]
  const eastM = EARTH_RADIUS_M * RAD * Math.cos(lat0 * RAD)
  const northM = EARTH_RADIUS_M * RAD
  let walkedM = 0
  const points = coordinates.map(([lon, lat], i) => {
    const point = { x: (lon - lon0) * eastM, y: (lat - lat0) * northM, alongM: 0 }
    const before = coordinates[i - 1]
    if (before) walkedM += Math.hypot(point.x - (before[0] - lon0) * eastM, point.y - (before[1] - lat0) * northM)
    return { ...point, alongM: walkedM }
  })
  const toPosition = (x: number, y: number): Position => ({ lat: lat0 + y / northM, lon: lon0 + x / eastM })

  function positionAt(alongM: number): Position {
    const i = points.findIndex((point) => point.alongM >= alongM)
    const b = points.at(i) ?? { x: 0, y: 0, alongM: 0 }
    const a = i > 0 ? points[i - 1]! : b
    const share = b.alongM === a.alongM ? 1 : Math.min(1, (alongM - a.alongM) / (b.alongM - a.alongM))
    return toPosition(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
  }

  return {
    lengthM: walkedM,
    stationOf({ lat, lon }) {
      const x = (lon - lon0) * eastM
      const y = (lat - lat0) * northM
      let best: Station = { alongM: 0, offsetM: Number.POSITIVE_INFINITY, isLeft: false }
      for (const [i, b] of points.entries()) {
        const a = points[i - 1]
        if (!a) continue
        const lengthM = b.alongM - a.alongM
        const share = lengthM === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / lengthM ** 2
        const t = Math.min(1, Math.max(0, share))
        const offsetM = Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y))
        const isLeft = (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) > 0
        if (offsetM < best.offsetM) best = { alongM: a.alongM + t * lengthM, offsetM, isLeft }
      }
      return best
    },
    positionAt,
    between(fromM, toM) {
      const within = points.filter(({ alongM }) => alongM > fromM && alongM < toM)
      return [positionAt(fromM), ...within.map(({ x, y }) => toPosition(x, y)), positionAt(toM)]
    },
  }
}

/** Chainage (桩号) as written on maps: 1240 m is `K1+240`. */
export function chainageMark(alongM: number): string {
  const metres = Math.round(alongM)
  return `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`
}
