import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { CapFeed } from '../../../core/cap-feed.ts'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers } from '../schemas.ts'

const tags = ['outputs']
const FEED_TYPE = 'application/atom+xml; charset=utf-8'
const CAP_TYPE = 'application/cap+xml; charset=utf-8'
const response = { 200: Type.String({ description: 'XML' }), ...errorAnswers }

/** The current alerts for those who fetch CAP 1.2. Nothing but `not_found` where no output is a feed. */
export function capRoutes(app: ApiServer, { capFeed }: Pick<ApiPorts, 'capFeed'>): void {
  const feed = (): CapFeed => {
    if (!capFeed) throw new AppError('not_found', 'no output of kind cap-feed is configured')
    return capFeed
  }
  const atom = async (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .type(FEED_TYPE)
      .header('cache-control', 'no-cache')
      .send(feed().atom(`${request.protocol}://${request.host}`))
  const schema = {
    tags,
    summary: 'Atom feed of the current alerts, with a CAP 1.2 document each',
    response,
  }
  app.get('/api/v1/cap/feed.atom', { schema }, atom)
  app.get('/api/v1/cap/feed.xml', { schema }, atom)
  app.get(
    '/api/v1/cap/:file',
    {
      schema: {
        ...{
          tags,
          summary: 'One CAP 1.2 message about a current alert: its identifier and .xml',
          response,
        },
        params: Type.Object({ file: Type.String({ pattern: '\\.xml$', maxLength: 200 }) }, closed),
      },
    },
    async ({ params: { file } }, reply) => {
      const document = await feed().message(file.slice(0, -'.xml'.length))
      if (document === null) throw new AppError('not_found', 'no such message of a current alert', { file })
      return reply.type(CAP_TYPE).send(document)
    },
  )
}
