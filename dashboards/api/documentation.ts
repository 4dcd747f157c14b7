import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { ApiServer } from './api-server.ts'

/** OpenAPI made from the routes' schemas: the page at `/docs`, the document at `/docs/json`. Register before the routes. */
export async function addDocumentation(app: ApiServer, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'huying',
        version,
        description: 'Readings, frames, records, devices and alerts of a sub-district. See docs/FORMATS.md.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'HUYING_ADMIN_TOKEN or another configured token' },
          device: {
            type: 'http',
            scheme: 'basic',
            description: 'Device id and token; frames, waveforms and records only',
          },
        },
      },
      security: [{ token: [] }],
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
