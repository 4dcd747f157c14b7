import type { WorldFeature } from '../world/feature.ts'
import { createPlane, distanceM, type Ground, type Plane } from './plane.ts'

/** A stretch of the river with one name. */
export interface CourseReach {
  id: string
  fromM: number
  toM: number
}

/** The river of a map on the plane: where its middle runs and where its water ends. */
export interface Course {
  plane: Plane
  name: string
  lengthM: number
  reaches: CourseReach[]
  /** A point `offsetM` to the left of the middle (looking downstream), and the direction downstream there. */
  at(alongM: number, offsetM?: number): Ground & { headingDeg: number }
  /** Chainage of the nearest point of the middle. */
  alongM(point: Ground): number
  /** Metres to the edge of the water, negative in the water; at most `nearM` is looked for. */
  bank(near: Ground, nearM: number): (point: Ground) => number
}

const RAD = 180 / Math.PI

/** Reads the one river of a map. */
export function createCourse(map: { features: WorldFeature[] }): Course {
  const lineFeature = map.features.find(({ properties }) => properties.kind === 'riverline')
  const coordinates = lineFeature?.geometry.type === 'LineString' ? lineFeature.geometry.coordinates : []
  const [lon, lat] = coordinates[Math.floor(coordinates.length / 2)] ?? [0, 0]
  const plane = createPlane({ lat, lon })
  const onPlane = (points: readonly (readonly [number, number])[]) =>
    points.map(([lon, lat]) => plane.toGround({ lat, lon }))
  const line = onPlane(coordinates)
  const steps = line.slice(1).map((point, i) => distanceM(line[i]!, point))
  const water = map.features.find(({ properties }) => properties.kind === 'river')
  const ring = water?.geometry.type === 'Polygon' ? onPlane(water.geometry.coordinates[0]!) : []
  return {
    plane,
    name: String(lineFeature?.properties.name ?? ''),
    lengthM: steps.reduce((sum, step) => sum + step, 0),
    reaches: map.features.filter(({ properties }) => properties.kind === 'reach').map(toReach),
    at: (alongM, offsetM = 0) => walk(line, steps, alongM, offsetM),
    alongM: (point) => nearestAlong(line, steps, point),
    bank: (near, nearM) => bankNear(ring, near, nearM),
  }
}

function toReach({ id, properties }: WorldFeature): CourseReach {
  return { id, fromM: Number(properties.from_m), toM: Number(properties.to_m) }
}

function walk(line: Ground[], steps: number[], alongM: number, offsetM: number): Ground & { headingDeg: number } {
  let i = 0
  let restM = Math.max(0, alongM)
  while (i < steps.length - 1 && restM > steps[i]!) restM -= steps[i++]!
  const from = line[i]!
  const to = line[i + 1]!
  const east = (to.eastM - from.eastM) / steps[i]!
  const north = (to.northM - from.northM) / steps[i]!
  const onM = Math.min(restM, steps[i]!)
  return {
    eastM: from.eastM + east * onM - north * offsetM,
    northM: from.northM + north * onM + east * offsetM,
    headingDeg: (Math.atan2(east, north) * RAD + 360) % 360,
  }
}

function nearestAlong(line: Ground[], steps: number[], point: Ground): number {
  let best = { alongM: 0, distanceM: Number.POSITIVE_INFINITY }
  let walkedM = 0
  for (const [i, step] of steps.entries()) {
    const { share, away } = toSegment(line[i]!, line[i + 1]!, point)
    if (away < best.distanceM) best = { alongM: walkedM + share * step, distanceM: away }
    walkedM += step
  }
  return best.alongM
}

/** The edges near a place are picked once; then each point costs a few of them. */
function bankNear(ring: Ground[], near: Ground, nearM: number): (point: Ground) => number {
  const edges = ring.slice(1).map((to, i) => ({ from: ring[i]!, to }))
  const close = edges.filter(({ from, to }) => toSegment(from, to, near).away <= nearM)
  return (point) => {
    const away = close.reduce((least, { from, to }) => Math.min(least, toSegment(from, to, point).away), nearM)
    return isInside(edges, point) ? -away : away
  }
}

function toSegment(from: Ground, to: Ground, point: Ground): { share: number; away: number } {
  const east = to.eastM - from.eastM
  const north = to.northM - from.northM
  const length2 = east * east + north * north
  const along = (point.eastM - from.eastM) * east + (point.northM - from.northM) * north
  const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, along / length2))
  const away = Math.hypot(point.eastM - from.eastM - share * east, point.northM - from.northM - share * north)
  return { share, away }
}

/** Even-odd rule. */
function isInside(edges: { from: Ground; to: Ground }[], { eastM: x, northM: y }: Ground): boolean {
  let inside = false
  for (const { from, to } of edges) {
    if (from.northM > y === to.northM > y) continue
    const crossing = from.eastM + ((to.eastM - from.eastM) * (y - from.northM)) / (to.northM - from.northM)
    if (x < crossing) inside = !inside
  }
  return inside
}
