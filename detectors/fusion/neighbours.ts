import type { Building } from '../../core/building.ts'
import type { Position } from '../../core/place.ts'
import { distanceM } from '../rules/engine/distance.ts'

/** Houses around a place, by what the register says now. */
export interface Neighbourhood {
  /** Nearest first, without the house itself; of one without a position nobody is near. */
  around(house: string, withinM: number): string[]
  near(position: Position, withinM: number): string[]
}

interface Register {
  all(): Iterable<Building>
  building(id: string): Building | null
  revision(): number
}

/** Some hundred metres. */
const CELL_DEG = 0.001

export function createNeighbourhood(register: Register): Neighbourhood {
  let revision = -1
  let cells = new Map<string, Building[]>()
  const kept = new Map<string, string[]>()

  function refresh(): void {
    if (revision === register.revision()) return
    revision = register.revision()
    cells = new Map()
    kept.clear()
    for (const building of register.all()) {
      if (building.position === undefined) continue
      const key = cellOf(building.position, 0, 0)
      const cell = cells.get(key)
      if (cell === undefined) cells.set(key, [building])
      else cell.push(building)
    }
  }

  function near(position: Position, withinM: number): string[] {
    refresh()
    const reach = Math.ceil(withinM / 80)
    const found: { id: string; m: number }[] = []
    for (let north = -reach; north <= reach; north++)
      for (let east = -reach; east <= reach; east++)
        for (const { id, position: other } of cells.get(cellOf(position, north, east)) ?? []) {
          const m = distanceM(position, other!)
          if (m <= withinM) found.push({ id, m })
        }
    return found.sort((a, b) => a.m - b.m || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
  }

  return {
    near,
    around(house, withinM) {
      refresh()
      const key = `${house}|${withinM}`
      const known = kept.get(key)
      if (known !== undefined) return known
      const position = register.building(house)?.position
      const found = position === undefined ? [] : near(position, withinM).filter((id) => id !== house)
      kept.set(key, found)
      return found
    },
  }
}

function cellOf({ lat, lon }: Position, north: number, east: number): string {
  return `${Math.floor(lat / CELL_DEG) + north},${Math.floor(lon / CELL_DEG) + east}`
}
