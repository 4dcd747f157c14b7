import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { BundleDesk, BundleSubject } from '../../../core/bundle-desk.ts'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import { seesOriginals } from '../authenticate.ts'
import { callerName } from '../caller-name.ts'
import { closed } from '../schemas.ts'

/** A reader who takes longer than this has gone: the bundle is held in memory for him. */
const SENT_WITHIN_MS = 10 * 60_000
const DAY_S = 86_400

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
const Query = Type.Object(
  {
    reason: Type.Optional(Type.String({ description: 'What it is taken for; written into the ledger with your name' })),
    originals: Type.Optional(
      Type.Boolean({
        description: 'true: with pictures as they were sent. Needs the right `originals`; each is recorded',
      }),
    ),
    before: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: DAY_S,
        description: 'Readings from so many seconds before, 3600 when absent',
      }),
    ),
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: DAY_S,
        description: 'Readings until so many seconds after its end, 1800 when absent',
      }),
    ),
  },
  closed,
)

/** All that is known of one alert or finding, with proofs, as a zip. */
export function bundleRoutes(app: ApiServer, bundles: BundleDesk): void {
  bundleRoute(app, bundles, 'alert', 'alerts')
  bundleRoute(app, bundles, 'finding', 'river patrol')
}

function bundleRoute(app: ApiServer, bundles: BundleDesk, kind: BundleSubject['kind'], tag: string): void {
  app.get(
    `/api/v1/${kind}s/:id/bundle`,
    {
      config: { needs: 'operate' },
      schema: {
        tags: [tag],
        summary: `Evidence bundle of one ${kind}; that it was taken is in the ledger before it is given`,
        produces: ['application/zip'],
        params: ById,
        querystring: Query,
      },
    },
    async (request, reply) => sendBundle(bundles, { kind, id: request.params.id }, request, reply, request.query),
  )
}

async function sendBundle(
  bundles: BundleDesk,
  about: BundleSubject,
  request: FastifyRequest,
  reply: FastifyReply,
  { reason = '', originals = false, before, after }: Static<typeof Query>,
): Promise<FastifyReply> {
  if (originals && !(request.caller && seesOriginals(request.caller)))
    throw new AppError('forbidden', 'not allowed', { needs: 'originals' })
  const { name, zip, release } = await bundles.take({
    ...{ about, by: callerName(request), reason, originals },
    ...(before !== undefined && { beforeS: before }),
    ...(after !== undefined && { afterS: after }),
  })
  const stream = Readable.from(zip, { objectMode: false })
  const patience = setTimeout(() => stream.destroy(), SENT_WITHIN_MS).unref()
  stream.once('close', () => {
    clearTimeout(patience)
    release()
  })
  return reply
    .type('application/zip')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'private, no-store')
    .send(stream)
}
