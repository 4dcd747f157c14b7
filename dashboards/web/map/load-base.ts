import type { Api } from '../api.ts'
import type { TileBase } from './tile-base.ts'

/** All that lies under what a map is about. */
export interface MapBase {
  /** GeoJSON. */
  world: object
  tiles: TileBase | null
  /** Empty where nobody has said who made the map. */
  attribution: string
  /** The GeoJSON could not be had. */
  isFailed: boolean
}

const EMPTY_WORLD = { type: 'FeatureCollection', features: [] }

/** What can be had of it: a map without streets still shows where things are. */
export async function loadBase(api: Api): Promise<MapBase> {
  const [world, settings] = await Promise.all([api.world().catch(() => null), api.mapTiles().catch(() => null)])
  const hasTiles = settings !== null && settings.layers > 0
  return {
    world: world ?? EMPTY_WORLD,
    tiles: hasTiles ? (await import('./tile-base.ts')).createTileBase(settings, api) : null,
    attribution: settings?.attribution ?? '',
    isFailed: world === null,
  }
}
