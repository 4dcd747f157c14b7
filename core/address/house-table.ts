import type { HouseNumber } from './house-number.ts'

/** Houses by road and number, at every level that a text may stop at. */
export interface HouseTable {
  add(id: string, road: string, house: HouseNumber): void
  remove(id: string, road: string, house: HouseNumber): void
  /** Exactly this number, no part less or more. */
  exactly(road: string, house: HouseNumber): readonly string[]
  /** Parts of this number: 之一, 1幢 … */
  partsOf(road: string, house: HouseNumber): readonly string[]
  /** This number on any road. */
  anywhere(house: HouseNumber): readonly string[]
  inLane(road: string, house: HouseNumber): readonly string[]
  /** Houses of the road and lane whose numbers stand nearest, at most `count`. */
  nearest(road: string, house: HouseNumber, count: number): readonly string[]
  roads(): readonly string[]
}

interface Row {
  id: string
  house: HouseNumber
}

export function createHouseTable(): HouseTable {
  const exact = createBag()
  const parts = createBag()
  const tails = createBag()
  const lanes = createBag()
  const byRoad = new Map<string, Row[]>()

  return {
    add(id, road, house) {
      exact.add(wholeKey(road, house), id)
      if (house.sub !== undefined || house.block !== undefined) parts.add(numberKey(road, house), id)
      tails.add(wholeKey('', house), id)
      lanes.add(laneKey(road, house), id)
      const rows = byRoad.get(road)
      if (rows === undefined) byRoad.set(road, [{ id, house }])
      else rows.push({ id, house })
    },
    remove(id, road, house) {
      exact.remove(wholeKey(road, house), id)
      parts.remove(numberKey(road, house), id)
      tails.remove(wholeKey('', house), id)
      lanes.remove(laneKey(road, house), id)
      const left = (byRoad.get(road) ?? []).filter((row) => row.id !== id)
      if (left.length === 0) byRoad.delete(road)
      else byRoad.set(road, left)
    },
    exactly: (road, house) => exact.of(wholeKey(road, house)),
    partsOf: (road, house) => parts.of(numberKey(road, house)),
    anywhere: (house) => tails.of(wholeKey('', house)),
    inLane: (road, house) => lanes.of(laneKey(road, house)),
    nearest(road, house, count) {
      const sought = Number.parseInt(house.number ?? '', 10)
      const sameLane = (byRoad.get(road) ?? []).filter((row) => laneKey('', row.house) === laneKey('', house))
      const apart = ({ house: { number = '' } }: Row) => Math.abs((Number.parseInt(number, 10) || 0) - (sought || 0))
      return sameLane
        .sort((a, b) => apart(a) - apart(b) || (a.id < b.id ? -1 : 1))
        .slice(0, count)
        .map(({ id }) => id)
    },
    roads: () => [...byRoad.keys()],
  }
}

function laneKey(road: string, { lane = '', subLane = '' }: HouseNumber): string {
  return `${road}|${lane}|${subLane}`
}

function numberKey(road: string, house: HouseNumber): string {
  return `${laneKey(road, house)}|${house.number ?? ''}`
}

function wholeKey(road: string, house: HouseNumber): string {
  return `${numberKey(road, house)}|${house.sub ?? ''}|${house.block ?? ''}`
}

/** Ids by key, each once. */
function createBag() {
  const byKey = new Map<string, string[]>()
  return {
    add(key: string, id: string): void {
      const ids = byKey.get(key)
      if (ids === undefined) byKey.set(key, [id])
      else if (!ids.includes(id)) ids.push(id)
    },
    remove(key: string, id: string): void {
      const left = (byKey.get(key) ?? []).filter((one) => one !== id)
      if (left.length === 0) byKey.delete(key)
      else byKey.set(key, left)
    },
    of: (key: string): readonly string[] => byKey.get(key) ?? [],
  }
}
