import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'

/** The built page at `/`. Hashed files may be kept for ever; the page that names them is asked for each time. */
export async function pageRoutes(app: ApiServer, webRoot: string): Promise<void> {
  if (!existsSync(join(webRoot, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new AppError('not_found', 'the page is not built: npm run build')
    })
    return
  }
  await app.register(fastifyStatic, {
    root: webRoot,
    cacheControl: false,
    setHeaders: (response, path) => {
      const isHashed = path.includes('/assets/')
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
