import { apportion } from './apportion.ts'
import { type LonLat, toMetres, type WorldFeature } from './feature.ts'
import type { Metres } from './river-course.ts'

/** The size of the sub-district. */
export const HOUSEHOLDS = 30_000
export const SHOPS = 850

/** A block this near to a street has shops on its ground floor. */
const STREET_SIDE_M = 45
const ELSEWHERE_WEIGHT = 0.08

/**
 * The same features with people in them: households of every building (of the quarter's houses as they are, of blocks by their floors), shops (one in
 * each shop of the quarter, the others along streets), and the sums of both for committees and grids.
 */
export function withResidents(features: readonly WorldFeature[]): WorldFeature[] {
  const buildings = features.filter(isBuilding)
  const blocks = buildings.filter(({ id }) => id.startsWith('block-'))
  const houses = buildings.filter(({ id }) => !id.startsWith('block-'))
  const shopHouses = houses.filter(({ properties }) => properties.use === 'shop')
  const inHouses = houses.reduce((sum, { properties }) => sum + Number(properties.households), 0)
  const households = apportion(
    HOUSEHOLDS - inHouses,
    blocks.map(({ properties }) => Number(properties.floors)),
  )
  const lines = features.filter(isStreet).map(({ geometry }) => (geometry.type === 'LineString' ? geometry.coordinates : []))
  const streets = lines.map((line) => line.map(toMetres))
  const shops = apportion(
    SHOPS - shopHouses.length,
    blocks.map((block) => (distanceToM(streets, centreOf(block)) < STREET_SIDE_M ? 1 : ELSEWHERE_WEIGHT)),
  )
  const of = new Map<string, Counts>([
    ...houses.map(({ id, properties }): [string, Counts] => [
      id,
      { households: Number(properties.households), shops: properties.use === 'shop' ? 1 : 0 },
    ]),
    ...blocks.map(({ id }, i): [string, Counts] => [id, { households: households[i]!, shops: shops[i]! }]),
  ])
  const places = buildings.map((building) => ({ at: centreOf(building), counts: of.get(building.id)! }))
  return features.map((feature) => {
    if (isBuilding(feature)) return { ...feature, properties: { ...feature.properties, ...of.get(feature.id) } }
    const { kind } = feature.properties
    if (kind !== 'committee' && kind !== 'grid') return feature
    return { ...feature, properties: { ...feature.properties, ...sumIn(ringOf(feature), places) } }
  })
}

interface Counts {
  households: number
  shops: number
}

function isBuilding({ properties }: WorldFeature): boolean {
  return properties.kind === 'building'
}

function isStreet({ properties }: WorldFeature): boolean {
  return properties.kind === 'road' && properties.class === 'street'
}

function ringOf({ geometry }: WorldFeature): Metres[] {
  const ring: LonLat[] = geometry.type === 'Polygon' ? geometry.coordinates[0]! : []
  return ring.map(toMetres)
}

function centreOf(feature: WorldFeature): Metres {
  const corners = ringOf(feature).slice(1)
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length
  return [mean(0), mean(1)]
}

function sumIn(ring: readonly Metres[], places: readonly { at: Metres; counts: Counts }[]): Counts {
  const within = places.filter(({ at }) => isInside(ring, at))
  return {
    households: within.reduce((sum, { counts }) => sum + counts.households, 0),
    shops: within.reduce((sum, { counts }) => sum + counts.shops, 0),
  }
}

/** Even-odd rule. */
export function isInside(ring: readonly Metres[], [x, y]: Metres): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!
    const [xj, yj] = ring[j]!
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

function distanceToM(lines: readonly (readonly Metres[])[], at: Metres): number {
  return Math.min(...lines.flatMap((line) => line.slice(1).map((end, i) => distanceToPieceM(line[i]!, end, at))))
}

function distanceToPieceM([ax, ay]: Metres, [bx, by]: Metres, [x, y]: Metres): number {
  const [dx, dy] = [bx - ax, by - ay]
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - t * dx, y - ay - t * dy)
}
