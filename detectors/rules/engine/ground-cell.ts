import type { Position } from '../../../core/place.ts'

/** Side of a cell: wider than the error of a drone's ground projection at patrol height, narrower than a river reach. Local choice. */
export const CELL_M = 25
/** Metres per degree of latitude, mean over the WGS-84 meridian. */
const M_PER_DEG = 111_133

/** Name of the ground cell of about 25 m × 25 m that a position lies in, the same for every camera. */
export function groundCell({ lat, lon }: Position): string {
  const row = Math.floor((lat * M_PER_DEG) / CELL_M)
  const rowLat = ((row + 0.5) * CELL_M) / M_PER_DEG
  const column = Math.floor((lon * M_PER_DEG * Math.cos((rowLat * Math.PI) / 180)) / CELL_M)
  return `${row},${column}`
}
