import { type AddressCandidate, MAX_CANDIDATES } from '../../core/address/address-index.ts'
import type { Building } from '../../core/building.ts'
import type { Position } from '../../core/place.ts'
import { boundsOf, distanceM, distanceToSegmentM, isInside, widen } from '../patrol/ground-plane.ts'

/** Where houses stand, to be asked which one a position means. */
export interface PlaceIndex {
  /** Adds a building, or takes over its change; one without a place is only forgotten. */
  put(building: Building): void
  remove(id: string): void
  /** Houses within reach, the likeliest first, at most five. */
  near(position: Position): AddressCandidate[]
}

/** Farther off nobody means a house. */
const REACH_M = 30
/** Side of a cell, degrees: about 50 m. */
const CELL_DEG = 0.0005
/** More than any house covers; a larger outline is taken for an error, and its position is used. */
const MAX_CELLS = 2_000
/** Two positions of one and the same point, by six decimals. */
const SAME_M = 0.5

/**
 * How surely a position means a house. A position of a telephone is some 5 m off: in a row of houses it is not sure, and only one in
 * an outline without another one within 5 m is. The very point that the register has comes from the same map, and is.
 */
const SAME_POINT = 0.97
const INSIDE = 0.95
const LESS_PER_M_OUTSIDE = 0.04
const AT_POINT = 0.85
const LESS_PER_M_OF_POINT = 0.03
/** What is left for the others when one has that very point. */
const BESIDE_SAME_POINT = 0.75
const LEAST = 0.1

export function createPlaceIndex(): PlaceIndex {
  const byCell = new Map<string, Map<string, Building>>()
  const cells = new Map<string, string[]>()

  function remove(id: string): void {
    for (const cell of cells.get(id) ?? []) {
      byCell.get(cell)?.delete(id)
      if (byCell.get(cell)?.size === 0) byCell.delete(cell)
    }
    cells.delete(id)
  }

  return {
    put(building) {
      remove(building.id)
      const own = cellsOf(building)
      if (own.length > 0) cells.set(building.id, own)
      for (const cell of own) byCell.set(cell, (byCell.get(cell) ?? new Map()).set(building.id, building))
    },
    remove,
    near(position) {
      const found = [...(byCell.get(cellOf(position))?.values() ?? [])].flatMap((one) => weigh(one, position) ?? [])
      const isKnownPoint = found.some(({ reasons }) => reasons[0] === 'same_point')
      return found
        .map((one) => (isKnownPoint && one.reasons[0] !== 'same_point' ? lowered(one) : one))
        .sort((a, b) => b.confidence - a.confidence || (a.building < b.building ? -1 : 1))
        .slice(0, MAX_CANDIDATES)
    },
  }
}

/** Cells in which a position may mean the building. */
export function cellsOf({ position, footprint }: Building): string[] {
  const outline = footprint === undefined ? [] : cellsAround(footprint.map(([lon, lat]) => ({ lat, lon })))
  if (outline.length > 0) return outline
  return position === undefined ? [] : cellsAround([position])
}

export function cellOf({ lat, lon }: Position): string {
  return `${Math.floor(lat / CELL_DEG)},${Math.floor(lon / CELL_DEG)}`
}

/** None when they are too many. */
function cellsAround(positions: Position[]): string[] {
  const { south, north, west, east } = widen(boundsOf(positions), REACH_M)
  const [top, bottom] = [Math.floor(north / CELL_DEG), Math.floor(south / CELL_DEG)]
  const [left, right] = [Math.floor(west / CELL_DEG), Math.floor(east / CELL_DEG)]
  if ((top - bottom + 1) * (right - left + 1) > MAX_CELLS) return []
  const found: string[] = []
  for (let row = bottom; row <= top; row++)
    for (let column = left; column <= right; column++) found.push(`${row},${column}`)
  return found
}

function weigh({ id, position: own, footprint }: Building, position: Position): AddressCandidate | null {
  const toPointM = own === undefined ? Number.POSITIVE_INFINITY : distanceM(own, position)
  const say = (confidence: number, reason: AddressCandidate['reasons'][number], metres: number) => ({
    building: id,
    confidence: rounded(Math.max(LEAST, confidence), 1000),
    reasons: [reason],
    distanceM: rounded(metres, 10),
  })
  if (toPointM <= SAME_M) return say(SAME_POINT, 'same_point', toPointM)
  if (footprint === undefined)
    return toPointM <= REACH_M ? say(AT_POINT - LESS_PER_M_OF_POINT * toPointM, 'near_point', toPointM) : null
  const ring = footprint.map(([lon, lat]) => ({ lat, lon }))
  if (isInside(ring, position)) return say(INSIDE, 'inside_outline', 0)
  const offM = ring
    .slice(1)
    .reduce((least, to, i) => Math.min(least, distanceToSegmentM(position, ring[i]!, to)), REACH_M + 1)
  return offM <= REACH_M ? say(INSIDE - LESS_PER_M_OUTSIDE * offM, 'near_outline', offM) : null
}

function lowered(one: AddressCandidate): AddressCandidate {
  return { ...one, confidence: rounded(one.confidence * BESIDE_SAME_POINT, 1000) }
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts
}
