import { AppError } from '../core/errors.ts'
import type { MapTile, MapTiles, TileSettings } from '../core/map-tiles.ts'
import { createByteCache } from './byte-cache.ts'
import type { Config } from './config-schema.ts'

const CACHE_BYTES = 64 * 1024 * 1024
const MAX_TILE_BYTES = 2 * 1024 * 1024
const TIMEOUT_MS = 10_000

/** Tiles of the map service that the settings name, asked for once and kept while there is room. */
export function createMapTiles({ tiles, tileProjection, tileDatum, attribution }: Config['map']): MapTiles {
  const cache = createByteCache(CACHE_BYTES)
  const settings: TileSettings = {
    layers: tiles.length,
    projection: tileProjection,
    datum: tileDatum,
    attribution,
  }
  return {
    settings,
    async tile(layer, zoom, row, column) {
      const template = tiles[layer]
      if (template === undefined) return null
      const address = fillTemplate(template, { z: zoom, y: row, x: column })
      const bytes = await cache.get(address, () => fetchTile(address))
      return bytes.length === 0 ? null : { contentType: typeOf(bytes), bytes }
    },
  }
}

export function fillTemplate(template: string, parts: Record<'z' | 'y' | 'x', number>): string {
  return template.replaceAll(/\{([zyx])\}/g, (_, part: 'z' | 'y' | 'x') => String(parts[part]))
}

/** Empty where the service has none. */
async function fetchTile(address: string): Promise<Buffer> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((cause) => {
    throw new AppError('delivery_failed', 'the map service does not answer', {}, { cause })
  })
  if (answer.status === 404 || answer.status === 204) return Buffer.alloc(0)
  if (!answer.ok) throw new AppError('delivery_failed', `the map service answered ${answer.status}`)
  if (Number(answer.headers.get('content-length') ?? 0) > MAX_TILE_BYTES) throw tooLarge()
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (bytes.length > MAX_TILE_BYTES) throw tooLarge()
  return bytes
}

function tooLarge(): AppError {
  return new AppError('delivery_failed', 'the map service sent something larger than a tile')
}

/** By its first bytes: a browser is never told that something else is a picture. */
function typeOf(bytes: Buffer): MapTile['contentType'] {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp'
  throw new AppError('delivery_failed', 'the map service sent no picture')
}
