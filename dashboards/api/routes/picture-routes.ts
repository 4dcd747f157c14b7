import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { findFrame } from '../find-frame.ts'
import type { ApiPorts } from '../ports.ts'
import { closed } from '../schemas.ts'
import { sendEvidence, sendPicture } from '../send-evidence.ts'
import { shownPerson } from '../shown-person.ts'

type PicturePorts = Pick<ApiPorts, 'history' | 'recentFrame' | 'evidence' | 'pictures' | 'findings' | 'alerts'>

const tags = ['frames']
const ById = Type.Object({ frameId: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
export const Longest = Type.Optional(
  Type.Integer({ minimum: 16, maximum: 20_000, description: 'Longer side at most, pixels; whole when absent' }),
)
const Look = Type.Object(
  {
    longest: Longest,
    finding: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Show it for this finding: a person whose being there is a violation is not covered',
      }),
    ),
  },
  closed,
)
const Why = Type.Object(
  {
    reason: Type.Optional(Type.String({ description: 'Why you must see it; written into the ledger with your name' })),
  },
  closed,
)
const produces = ['image/jpeg']

/** Frames as pictures: with people covered for everybody, as they were taken for those who may and say why. */
export function pictureRoutes(app: ApiServer, ports: PicturePorts): void {
  const { evidence, pictures, findings } = ports
  app.get(
    '/api/v1/frames/:frameId/image',
    {
      schema: {
        ...{ tags, produces, params: ById, querystring: Look },
        summary: 'The picture with people covered, without its metadata; 409 `not_analysed` until the model has looked',
      },
    },
    async ({ params, query }, reply) => {
      const frame = await findFrame(params.frameId, ports)
      const finding = query.finding === undefined ? null : findings.finding(query.finding)
      if (finding === undefined) throw new AppError('not_found', 'no such finding', { finding: query.finding })
      const view = { ...longestOf(query), ...(finding && shownPerson(finding, frame.frameId, ports)) }
      return sendPicture(reply, await pictures.frame(frame, view))
    },
  )
  app.get(
    '/api/v1/frames/:frameId/annotated',
    {
      schema: {
        ...{ tags, produces, params: ById },
        summary: 'The part of the picture around all that the model saw, boxes drawn, people covered',
      },
    },
    async ({ params }, reply) => {
      const { annotatedSha256 } = await findFrame(params.frameId, ports)
      if (annotatedSha256 === undefined) throw new AppError('not_found', 'no boxes were drawn on this frame', params)
      return sendEvidence(reply, evidence, annotatedSha256)
    },
  )
  app.get(
    '/api/v1/frames/:frameId/original',
    {
      config: { needs: 'originals' },
      schema: {
        ...{ tags, produces, params: ById, querystring: Why },
        summary: 'The picture as it was sent, people and all. Needs the right `originals`; the ledger records it',
      },
    },
    async (request, reply) => {
      const { reason = '' } = request.query
      const frame = await findFrame(request.params.frameId, ports)
      const jpeg = await pictures.original(frame, callerName(request), reason)
      return reply.type('image/jpeg').header('cache-control', 'private, no-store').send(jpeg)
    },
  )
}

export function longestOf({ longest }: { longest?: number | undefined }): { longestPx?: number } {
  return longest === undefined ? {} : { longestPx: longest }
}
