import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AppError, ERROR_CODES, toAppError } from '../../../core/errors.ts'
import type { MediaDesk } from '../../../core/media-desk.ts'
import { isRefusal } from '../../../core/refusal.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { refusalError } from '../refusal-error.ts'
import { remoteOf } from '../remote-of.ts'

type PilotPorts = Pick<ApiPorts, 'authorise' | 'registry' | 'log'> & { media: MediaDesk }

const tags = ['pilot']
const MEDIA = '/media/api/v1/workspaces/:workspace_id'
/** Pilot uploads a file when it is not known; any number but 0 says so. */
const NOT_KNOWN = -1

const params = Type.Object({ workspace_id: Type.String({ maxLength: 128 }) })
const headers = Type.Object({ 'x-auth-token': Type.Optional(Type.String({ maxLength: 512 })) })
const Answer = Type.Object({
  code: Type.Integer({ description: '0: done' }),
  message: Type.String(),
  data: Type.Record(Type.String(), Type.Unknown()),
})
const FastUpload = Type.Object({ fingerprint: Type.String({ maxLength: 128 }) })

/** DJI Pilot 2's side of media (Cloud API v1.11.3, HTTPS). One workspace is as good as another: the token says who it is. */
export async function pilotRoutes(app: ApiServer, ports: PilotPorts): Promise<void> {
  const { media } = ports
  const answerOf = (summary: string) => ({ tags, summary, params, headers, response: { 200: Answer } })
  // Pilot reads `code`; the documented error body of our own API means nothing to it.
  app.setErrorHandler((thrown, _request, reply) => {
    const error = toPilotError(thrown)
    const { status } = ERROR_CODES[error.code]
    if (status >= 500) ports.log.warn({ err: error }, 'a request of Pilot could not be served')
    return reply.code(status).send({ code: status, message: error.message, data: {} })
  })
  app.post(
    `${MEDIA}/fast-upload`,
    { schema: { ...answerOf('Is a file here already?'), body: FastUpload } },
    async (request) => {
      callerOf(request, ports)
      const object = media.has(request.body.fingerprint)
      return object === undefined
        ? { code: NOT_KNOWN, message: 'not known, upload it', data: {} }
        : ok({ object_key: object })
    },
  )
  app.post(
    `${MEDIA}/files/tiny-fingerprints`,
    { schema: { ...answerOf('Which files are here already? Asked one by one instead'), body: Type.Unknown() } },
    async (request) => {
      callerOf(request, ports)
      return ok({ tiny_fingerprints: [] })
    },
  )
  app.post(
    `${MEDIA}/upload-callback`,
    { schema: { ...answerOf('A file was uploaded to the store'), body: Type.Unknown() } },
    async (request) => {
      const outcome = await media.announced(callerOf(request, ports), request.body)
      if (isRefusal(outcome)) throw refusalError(outcome)
      return ok({ object_key: outcome.object })
    },
  )
  app.post(
    '/storage/api/v1/workspaces/:workspace_id/sts',
    { schema: answerOf('Where to upload to, and by which key') },
    async (request) => {
      const storage = media.storageFor(callerOf(request, ports) ?? 'pilot')
      if (storage === null) throw new AppError('not_found', 'no store is configured for uploads')
      return ok(storage)
    },
  )
}

/** The device that signed in by `id:token`, or null for a client that may operate. Throws `unauthorized`, `forbidden`. */
function callerOf(request: FastifyRequest, { authorise, registry }: PilotPorts): string | null {
  const header = request.headers['x-auth-token']
  if (typeof header !== 'string' || header === '') throw new AppError('unauthorized', 'x-auth-token is needed')
  const colon = header.indexOf(':')
  const id = header.slice(0, Math.max(0, colon))
  if (id !== '' && registry.verify(id, header.slice(colon + 1))) return id
  const granted = authorise(header, remoteOf(request.raw))
  if (granted === null) throw new AppError('unauthorized', 'x-auth-token: not valid')
  if (granted.rights === 'view') throw new AppError('forbidden', 'x-auth-token: may only look')
  return null
}

function ok(data: object) {
  return { code: 0, message: 'success', data: data as Record<string, unknown> }
}

function toPilotError(thrown: unknown): AppError {
  const { validation, statusCode, message } = thrown as { validation?: unknown; statusCode?: number; message?: string }
  if (validation !== undefined || (statusCode !== undefined && statusCode < 500))
    return new AppError(statusCode === 413 ? 'too_large' : 'bad_request', message ?? 'bad request')
  return toAppError(thrown)
}
