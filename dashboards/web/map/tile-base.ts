import type ImageTile from 'ol/ImageTile.js'
import TileLayer from 'ol/layer/Tile.js'
import TileImage from 'ol/source/TileImage.js'
import type Tile from 'ol/Tile.js'
import TileState from 'ol/TileState.js'
import { createXYZ } from 'ol/tilegrid.js'
import type { TileSettings } from '../../../core/map-tiles.ts'
import type { Api } from '../api.ts'
import type { Shift } from './project.ts'
import { degreeGrid, MOST_ZOOM, toGcj } from './tile-grid.ts'

/** Tiles under everything else, and how to draw on them; a chunk of its own, since most maps have none. */
export interface TileBase {
  layers: TileLayer[]
  shift: Shift | undefined
}

export function createTileBase({ layers, projection, datum }: TileSettings, api: Api): TileBase {
  const isDegrees = projection === 'EPSG:4490'
  const tileGrid = isDegrees ? degreeGrid() : createXYZ({ maxZoom: MOST_ZOOM })
  const layer = (index: number) =>
    new TileLayer({
      className: 'map-tiles',
      source: new TileImage({
        // CGCS2000 and WGS-84 differ by less than the width of a door.
        projection: isDegrees ? 'EPSG:4326' : projection,
        tileGrid,
        tileUrlFunction: ([z, x, y]) => `/api/v1/map/tiles/${index}/${z}/${y}/${x}`,
        tileLoadFunction: (tile, path) => void loadTile(tile, path, api),
      }),
    })
  return {
    layers: Array.from({ length: layers }, (_, index) => layer(index)),
    shift: datum === 'gcj02' ? toGcj : undefined,
  }
}

/** An `<img>` cannot send a token, so that the bytes are asked for like everything else. */
async function loadTile(tile: Tile, path: string, api: Api): Promise<void> {
  const image = (tile as ImageTile).getImage() as HTMLImageElement
  try {
    const url = URL.createObjectURL(await api.picture(path))
    image.addEventListener('load', () => URL.revokeObjectURL(url), { once: true })
    image.src = url
  } catch {
    tile.setState(TileState.ERROR)
  }
}
