import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { AppError } from '../../../core/errors.ts'
import { PAGE_PATHS } from '../../pages-contract.ts'
import type { ApiServer } from '../api-server.ts'

/** The built page at each of its paths. Hashed files may be kept for ever; the page that names them is asked for each time. */
export async function pageRoutes(app: ApiServer, webRoot: string): Promise<void> {
  if (!existsSync(join(webRoot, 'index.html'))) {
    for (const path of PAGE_PATHS)
      app.get(path, { schema: { hide: true } }, async () => {
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
  for (const path of PAGE_PATHS)
    if (path !== '/') app.get(path, { schema: { hide: true } }, (_, reply) => reply.sendFile('index.html'))
}
