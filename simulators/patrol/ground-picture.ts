import type { PlacedObject } from './ground-object.ts'
import { GROUND_M_PER_PX, type GroundMakings, layOn, renderTile, TILE_PX } from './ground-tile.ts'

/** The composed picture of the whole river, drawn where it is looked at. */
export interface GroundPicture {
  /** uint8 [TILE_SIDE, TILE_SIDE, 3] RGB of one tile. Kept for a while: don't change it. */
  tile(x: number, y: number): Uint8ClampedArray
}

/** 0.2 MB each; a picture from 60 m shows some 30 of them. */
const KEPT_TILES = 64

/** The ground with nothing on it. */
export function createBareGround(makings: GroundMakings): GroundPicture {
  return keepTiles((x, y) => renderTile(makings, x, y))
}

/** A ground with objects laid on it. */
export function layObjects(bare: GroundPicture, objects: readonly PlacedObject[]): GroundPicture {
  const half = (TILE_PX / 2) * GROUND_M_PER_PX
  return keepTiles((x, y) => {
    const eastM = x * TILE_PX * GROUND_M_PER_PX + half
    const northM = -y * TILE_PX * GROUND_M_PER_PX - half
    const here = objects.filter(
      (object) =>
        Math.abs(object.eastM - eastM) <= object.reachM + half + 1 &&
        Math.abs(object.northM - northM) <= object.reachM + half + 1,
    )
    if (here.length === 0) return bare.tile(x, y)
    const tile = bare.tile(x, y).slice()
    for (const object of here) layOn(tile, x, y, object)
    return tile
  })
}

/** Draws a tile once while it is in use; those used least lately are forgotten. */
function keepTiles(draw: (x: number, y: number) => Uint8ClampedArray): GroundPicture {
  const kept = new Map<string, Uint8ClampedArray>()
  return {
    tile(x, y) {
      const key = `${x} ${y}`
      const tile = kept.get(key) ?? draw(x, y)
      kept.delete(key)
      kept.set(key, tile)
      if (kept.size > KEPT_TILES) kept.delete(kept.keys().next().value!)
      return tile
    },
  }
}
