import { Type } from 'typebox'
import { HOUSE_PICTURE_KINDS } from '../../../core/building.ts'
import { BuildingId } from '../../../core/building-schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { ById, HousePictureSchema } from '../house-schemas.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers, Sha256 } from '../schemas.ts'
import { sendPicture } from '../send-evidence.ts'
import { toPictureView } from '../to-house-view.ts'

type Ports = Pick<ApiPorts, 'housePictures' | 'maxFrameBytes'>

const tags = ['houses']
const TYPES = ['image/jpeg', 'image/png', 'image/webp']
/** Longest side, pixels. */
const SIZES = { small: 480, large: 2_048, full: 8_192 }
const ByHash = Type.Object({ id: BuildingId, sha256: Sha256 }, closed)
const Told = Type.Object(
  {
    kind: Type.Enum([...HOUSE_PICTURE_KINDS]),
    caption: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    takenOn: Type.Optional(
      Type.String({ pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$', description: 'Day, month or year of the picture' }),
    ),
    visit: Type.Optional(Type.String({ maxLength: 64, description: 'Id of the visit that it was taken on' })),
  },
  closed,
)

/** Pictures in the file of a house. Its own plugin, so that only these routes read their bodies. People in them are not covered. */
export async function housePictureRoutes(app: ApiServer, { housePictures, maxFrameBytes }: Ports): Promise<void> {
  app.addContentTypeParser(TYPES, { parseAs: 'buffer', bodyLimit: maxFrameBytes }, (_request, body, done) =>
    done(null, body),
  )
  app.post(
    '/api/v1/buildings/:id/pictures',
    {
      config: { needs: 'operate' },
      bodyLimit: maxFrameBytes,
      schema: {
        ...{ tags, consumes: TYPES, params: ById, querystring: Told },
        summary: 'Keep a photograph, drawing or scanned page with a house: JPEG, PNG or WebP as the body',
        response: { 201: HousePictureSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) throw new AppError('unsupported_media', `send ${TYPES.join(', ')}`)
      const told = { ...request.query, building: request.params.id }
      const picture = await housePictures.add(told, request.body, callerName(request))
      return reply.code(201).send(toPictureView(picture))
    },
  )
  app.get(
    '/api/v1/buildings/:id/pictures/:sha256',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: ByHash, produces: ['image/jpeg'] },
        summary: 'One picture as JPEG, upright, without what its file says besides; people in it are not covered',
        querystring: Type.Object({ size: Type.Optional(Type.Enum(['small', 'large', 'full'])) }, closed),
        response: { 200: Type.Unknown(), ...errorAnswers },
      },
    },
    async ({ params: { id, sha256 }, query: { size = 'large' } }, reply) =>
      sendPicture(reply, await housePictures.show(id, sha256, SIZES[size])),
  )
  app.delete(
    '/api/v1/buildings/:id/pictures/:sha256',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: ByHash, response: { 204: Type.Null(), ...errorAnswers } },
        summary: 'Take a picture out of the file; what was sent stays in the evidence, which the ledger names',
      },
    },
    async (request, reply) => {
      await housePictures.remove(request.params.id, request.params.sha256, callerName(request))
      return reply.code(204).send(null)
    },
  )
}
