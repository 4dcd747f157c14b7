import gcoord from 'gcoord'
import TileGrid from 'ol/tilegrid/TileGrid.js'
import type { Shift } from './project.ts'

export const MOST_ZOOM = 20
const TILE_PX = 256

/** The matrix set of GB/T 35634 and of public government maps: 360° are one tile at matrix 0, from the upper left corner on. */
export function degreeGrid(): TileGrid {
  const resolutions = Array.from({ length: MOST_ZOOM + 1 }, (_, zoom) => 360 / (TILE_PX * 2 ** zoom))
  return new TileGrid({ origin: [-180, 90], resolutions, tileSize: TILE_PX })
}

/** For drawing only: nothing that leaves the page is shifted. */
export const toGcj: Shift = (lonLat) => transform(lonLat, WGS84, GCJ02)

interface Gcoord {
  transform(lonLat: [number, number], from: string, to: string): [number, number]
  WGS84: string
  GCJ02: string
}
// Its types say otherwise than what bundlers and Node find in it.
const { transform, WGS84, GCJ02 } = gcoord as unknown as Gcoord
