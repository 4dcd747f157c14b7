import { readFile } from 'node:fs/promises'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'

/** The base map: a GeoJSON file of river, roads and buildings, sent as it is. */
export function mapRoutes(app: ApiServer, { worldFile }: Pick<ApiPorts, 'worldFile'>): void {
  app.get(
    '/api/v1/map',
    { schema: { tags: ['map'], summary: 'The base map as GeoJSON', produces: ['application/geo+json'] } },
    async (_request, reply) => {
      const text = worldFile === undefined ? null : await readFile(worldFile).catch(() => null)
      if (text === null) throw new AppError('not_found', 'no map is configured')
      return reply.type('application/geo+json').header('cache-control', 'private, max-age=300').send(text)
    },
  )
}
