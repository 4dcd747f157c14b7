import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { TileSettings } from '../../../core/map-tiles.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers } from '../schemas.ts'

const tags = ['map']
const NO_TILES: TileSettings = { layers: 0, projection: 'EPSG:3857', datum: 'wgs84', attribution: '' }
const Settings = Type.Object({
  layers: Type.Integer({ description: 'How many lie over each other; 0: none' }),
  projection: Type.Enum(['EPSG:4490', 'EPSG:3857']),
  datum: Type.Enum(['wgs84', 'gcj02'], { description: 'gcj02: shifted, and so must be what is drawn on them' }),
  attribution: Type.String(),
})
const index = Type.Integer({ minimum: 0, maximum: 2 ** 22 })
const Tile = Type.Object(
  { layer: index, zoom: Type.Integer({ minimum: 0, maximum: 22 }), row: index, column: index },
  closed,
)

/** The base map: a GeoJSON file of river, roads and buildings, sent as it is, and tiles of a map service under it. */
export function mapRoutes(app: ApiServer, { worldFile, mapTiles }: Pick<ApiPorts, 'worldFile' | 'mapTiles'>): void {
  app.get(
    '/api/v1/map',
    { schema: { tags, summary: 'The base map as GeoJSON', produces: ['application/geo+json'] } },
    async (_request, reply) => {
      const text = worldFile === undefined ? null : await readFile(worldFile).catch(() => null)
      if (text === null) throw new AppError('not_found', 'no map is configured')
      return reply.type('application/geo+json').header('cache-control', 'private, max-age=300').send(text)
    },
  )
  app.get(
    '/api/v1/map/tiles',
    {
      schema: {
        tags,
        summary: 'The tiles under the map, if there are any',
        response: { 200: Settings, ...errorAnswers },
      },
    },
    async () => mapTiles?.settings ?? NO_TILES,
  )
  app.get(
    '/api/v1/map/tiles/:layer/:zoom/:row/:column',
    { schema: { tags, summary: 'One tile, as the map service gives it', params: Tile, produces: ['image/png'] } },
    async (request, reply) => {
      const { layer, zoom, row, column } = request.params
      const tile = (await mapTiles?.tile(layer, zoom, row, column)) ?? null
      if (tile === null) throw new AppError('not_found', 'no such tile')
      return reply
        .type(tile.contentType)
        .header('cache-control', 'private, max-age=86400')
        .send(Buffer.from(tile.bytes))
    },
  )
}
