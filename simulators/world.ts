import { readFileSync } from 'node:fs'
import type { Position } from '../core/place.ts'
import { chainageMark } from '../core/river-line.ts'
import { assetPath } from '../core/source-path.ts'
import { type Course, createCourse } from './patrol/course.ts'
import { type LonLat, toLonLat, toMetres, type WorldFeature } from './world/feature.ts'
import { isInside } from './world/make-residents.ts'
import type { Metres } from './world/river-course.ts'

export interface Building {
  id: string
  address: string
  heritage: boolean
  /** Stands in the heritage quarter, listed or not. */
  inQuarter: boolean
  use: 'dwelling' | 'shop'
  /** 1 where the map says nothing. */
  floors: number
  households: number
  shops: number
  position: Position
  /** Outer ring, [longitude, latitude], closed. */
  footprint?: LonLat[]
}

export interface Manhole {
  place: string
  position: Position
}

export interface RiverPoint {
  position: Position
  /** Downstream direction, degrees clockwise from north. */
  headingDeg: number
}

/** The map as the simulators use it. */
export interface World {
  buildings: Building[]
  /** How many wardens' grids it is divided into. */
  grids: number
  /** Manholes in the streets, one every 40 m, by number from one end: `文津路7号井`. */
  manholes: Manhole[]
  river: {
    name: string
    lengthM: number
    /** `alongM` is cut to the river's length. */
    at(alongM: number): RiverPoint
    /** For example `文津河 K1+200`. */
    placeAt(alongM: number): string
    isWater(position: Position): boolean
  }
  /** The same river to the centimetre, for what is photographed. */
  course: Course
}

/** Reads a map made by `world/make-world.ts`; the shipped one when no path is given. */
export function loadWorld(path = assetPath('simulators/world/wenjin.geojson')): World {
  return toWorld(JSON.parse(readFileSync(path, 'utf8')) as { features: WorldFeature[] })
}

export function toWorld(map: { features: WorldFeature[] }): World {
  const line = map.features.find((feature) => feature.properties.kind === 'riverline')
  const water = map.features.find((feature) => feature.properties.kind === 'river')
  const path = line?.geometry.type === 'LineString' ? line.geometry.coordinates.map(toMetres) : []
  const ring = water?.geometry.type === 'Polygon' ? water.geometry.coordinates[0]!.map(toMetres) : []
  const name = line?.properties.name ?? ''
  const lengths = path.slice(1).map((point, i) => distanceM(path[i]!, point))
  return {
    buildings: map.features.filter((feature) => feature.properties.kind === 'building').map(toBuilding),
    grids: map.features.filter((feature) => feature.properties.kind === 'grid').length,
    manholes: map.features.flatMap(toManholes),
    river: {
      name,
      lengthM: lengths.reduce((sum, length) => sum + length, 0),
      at: (alongM) => walk(path, lengths, alongM),
      placeAt: (alongM) => `${name} ${chainageMark(alongM)}`,
      isWater: ({ lat, lon }) => isInside(ring, toMetres([lon, lat])),
    },
    course: createCourse(map),
  }
}

/** Ground distance inside the sub-district (flat-earth; exact to centimetres over 3 km). */
export function distanceBetweenM(a: Position, b: Position): number {
  return distanceM(toMetres([a.lon, a.lat]), toMetres([b.lon, b.lat]))
}

function toBuilding(feature: WorldFeature): Building {
  const { properties, geometry, id } = feature
  return {
    id,
    address: String(properties.address),
    heritage: properties.heritage === true,
    inQuarter: id.startsWith('house-'),
    use: properties.use === 'shop' ? 'shop' : 'dwelling',
    floors: numberOr(1, properties.floors),
    households: numberOr(0, properties.households),
    shops: numberOr(0, properties.shops),
    position: geometry.type === 'Polygon' ? centreOf(geometry.coordinates[0]!) : { lat: 0, lon: 0 },
    ...(geometry.type === 'Polygon' && { footprint: geometry.coordinates[0]! }),
  }
}

function numberOr(otherwise: number, value: unknown): number {
  return typeof value === 'number' ? value : otherwise
}

const MANHOLE_EVERY_M = 40

function toManholes({ properties, geometry }: WorldFeature): Manhole[] {
  if (properties.kind !== 'road' || properties.class !== 'street' || geometry.type !== 'LineString') return []
  const path = geometry.coordinates.map(toMetres)
  const lengths = path.slice(1).map((point, i) => distanceM(path[i]!, point))
  const count = Math.floor(lengths.reduce((sum, length) => sum + length, 0) / MANHOLE_EVERY_M)
  return Array.from({ length: count }, (_, i) => {
    const { lat, lon } = walk(path, lengths, (i + 0.5) * MANHOLE_EVERY_M).position
    return { place: `${properties.name}${i + 1}号井`, position: { lat: round6(lat), lon: round6(lon) } }
  })
}

/** Mean of the corners; the ring repeats its first point at the end. */
function centreOf(ring: LonLat[]): Position {
  const corners = ring.slice(1)
  const lon = corners.reduce((sum, corner) => sum + corner[0], 0) / corners.length
  const lat = corners.reduce((sum, corner) => sum + corner[1], 0) / corners.length
  return { lat: round6(lat), lon: round6(lon) }
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

function walk(path: Metres[], lengths: number[], alongM: number): RiverPoint {
  let i = 0
  let restM = Math.max(0, alongM)
  while (i < lengths.length - 1 && restM > lengths[i]!) restM -= lengths[i++]!
  const from = path[i]!
  const to = path[i + 1]!
  const t = Math.min(1, restM / lengths[i]!)
  const [lon, lat] = toLonLat([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t])
  const headingDeg = (Math.atan2(to[0] - from[0], to[1] - from[1]) * 180) / Math.PI
  return { position: { lat, lon }, headingDeg: (headingDeg + 360) % 360 }
}

function distanceM(a: Metres, b: Metres): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}
