import type { Position } from '../../core/place.ts'

/** Metres per degree on a sphere of the earth's mean radius (IUGG). */
const M_PER_DEG = (6_371_008.8 * Math.PI) / 180

/** Metres between two positions that are at most some kilometres apart. */
export function distanceM(a: Position, b: Position): number {
  return Math.hypot((b.lat - a.lat) * M_PER_DEG, (b.lon - a.lon) * eastM(a.lat))
}

/** Metres from a position to the line between two others. */
export function distanceToSegmentM(position: Position, from: Position, to: Position): number {
  const east = eastM(position.lat)
  const ax = (from.lon - position.lon) * east
  const ay = (from.lat - position.lat) * M_PER_DEG
  const dx = (to.lon - from.lon) * east
  const dy = (to.lat - from.lat) * M_PER_DEG
  const squared = dx * dx + dy * dy
  const t = squared === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / squared))
  return Math.hypot(ax + t * dx, ay + t * dy)
}

/** Whether a position lies in a ring and at least `marginM` from its edges. */
export function isInside(ring: Position[], position: Position, marginM = 0): boolean {
  let inside = false
  for (const [i, a] of ring.entries()) {
    const b = ring[(i + 1) % ring.length]!
    const isCrossed =
      a.lat > position.lat !== b.lat > position.lat &&
      position.lon < ((b.lon - a.lon) * (position.lat - a.lat)) / (b.lat - a.lat) + a.lon
    if (isCrossed) inside = !inside
  }
  if (!inside || marginM <= 0) return inside
  return ring.every((a, i) => distanceToSegmentM(position, a, ring[(i + 1) % ring.length]!) >= marginM)
}

/** The box around some positions. */
export interface Bounds {
  south: number
  north: number
  west: number
  east: number
}

export function boundsOf(positions: Position[]): Bounds {
  const bounds = { south: 90, north: -90, west: 180, east: -180 }
  for (const { lat, lon } of positions) {
    bounds.south = Math.min(bounds.south, lat)
    bounds.north = Math.max(bounds.north, lat)
    bounds.west = Math.min(bounds.west, lon)
    bounds.east = Math.max(bounds.east, lon)
  }
  return bounds
}

export function isWithin({ south, north, west, east }: Bounds, { lat, lon }: Position): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}

/** The same box, wider by some metres on each side. */
export function widen({ south, north, west, east }: Bounds, byM: number): Bounds {
  const lat = byM / M_PER_DEG
  const lon = byM / eastM((south + north) / 2)
  return { south: south - lat, north: north + lat, west: west - lon, east: east + lon }
}

function eastM(lat: number): number {
  return M_PER_DEG * Math.cos((lat * Math.PI) / 180)
}
