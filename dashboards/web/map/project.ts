import { fromLonLat } from 'ol/proj.js'
import type { Position } from '../../../core/place.ts'

/** Where a place is drawn, in the map's own metres. */
export type Project = (position: Position) => number[]
/** Moves longitude and latitude, degrees, to where the base map draws them. */
export type Shift = (lonLat: [number, number]) => [number, number]

export function createProject(shift: Shift | undefined): Project {
  return ({ lon, lat }) => fromLonLat(shift?.([lon, lat]) ?? [lon, lat])
}
