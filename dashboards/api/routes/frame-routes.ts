import multipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { FrameRow } from '../../../core/history.ts'
import { FLIGHT_ID } from '../../../core/patrol.ts'
import { isRefusal } from '../../../core/refusal.ts'
import type { FrameView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { findFrame } from '../find-frame.ts'
import { createGate } from '../gate.ts'
import { readMultipartFrame, type SentFrame } from '../multipart-frame.ts'
import type { ApiPorts } from '../ports.ts'
import { refusalError } from '../refusal-error.ts'
import { closed, DetectionSchema, DeviceId, errorAnswers, limitUpTo, PositionSchema, pageOf } from '../schemas.ts'
import { senderOf } from '../sender-of.ts'
import { toIso } from '../to-iso.ts'

type FramePorts = Pick<ApiPorts, 'frontDoor' | 'history' | 'recentFrame' | 'maxFrameBytes'>

const tags = ['frames']
/** Each may hold a whole picture in memory: 8 × 32 MiB by default. */
const UPLOADS_AT_ONCE = 8
const DEFAULT_LIMIT = 50
const FlightId = Type.String({ pattern: FLIGHT_ID.source, description: 'Flight that it was taken on' })
const ById = Type.Object({ frameId: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
const FrameSchema = Type.Object({
  frameId: Type.String(),
  device: Type.String(),
  at: Type.String(),
  sha256: Type.String(),
  widthPx: Type.Integer(),
  heightPx: Type.Integer(),
  pose: Type.Object({
    position: Type.Optional(PositionSchema),
    relativeAltitudeM: Type.Optional(Type.Number()),
    absoluteAltitudeM: Type.Optional(Type.Number()),
    gimbalYawDeg: Type.Optional(Type.Number()),
    gimbalPitchDeg: Type.Optional(Type.Number()),
    gimbalRollDeg: Type.Optional(Type.Number()),
  }),
  state: Type.Enum(['queued', 'analysed', 'refused']),
  reason: Type.Optional(Type.String()),
  model: Type.Optional(Type.String()),
  detections: Type.Array(DetectionSchema),
  annotatedSha256: Type.Optional(Type.String()),
})

/** Pictures: sent by drones, asked for by everyone. Its own plugin, so that only these routes read picture bodies. */
export async function frameRoutes(app: ApiServer, ports: FramePorts): Promise<void> {
  await app.register(multipart, { limits: { fileSize: ports.maxFrameBytes, files: 1, fields: 16, fieldSize: 4096 } })
  app.addContentTypeParser(
    ['image/jpeg', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: ports.maxFrameBytes },
    (_request, body, done) => done(null, body),
  )
  uploadRoute(app, ports)
  readRoutes(app, ports)
}

function uploadRoute(app: ApiServer, { frontDoor, maxFrameBytes }: FramePorts): void {
  const gate = createGate(UPLOADS_AT_ONCE)
  app.post(
    '/api/v1/frames',
    {
      config: { needs: 'operate', forDevices: true },
      bodyLimit: maxFrameBytes,
      onRequest: async (request, reply) => {
        if (!gate.enter(request)) throw new AppError('overloaded', 'too many pictures at once', {})
        reply.raw.once('close', () => gate.leave(request))
      },
      schema: {
        tags,
        summary: 'Send one JPEG, as the body or as multipart/form-data with fields `device`, `flight` and `file`',
        consumes: ['image/jpeg', 'application/octet-stream', 'multipart/form-data'],
        querystring: Type.Object({ device: Type.Optional(DeviceId), flight: Type.Optional(FlightId) }, closed),
        response: { 202: Type.Object({ frameId: Type.String() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const sent = await readFrame(request, request.query.device)
      const device = senderOf(request, sent.device)
      const flightId = request.query.flight ?? sent.flight
      const outcome = await frontDoor.frame(device, sent.jpeg, {
        ...(flightId !== undefined && { flightId }),
        ...(sent.name !== undefined && { name: sent.name }),
      })
      if (isRefusal(outcome)) throw refusalError(outcome)
      reply.code(202).header('location', `/api/v1/frames/${outcome.frameId}`)
      return { frameId: outcome.frameId }
    },
  )
}

async function readFrame(request: FastifyRequest, device: string | undefined): Promise<SentFrame> {
  if (request.isMultipart()) return readMultipartFrame(request, device)
  if (!Buffer.isBuffer(request.body)) throw new AppError('unsupported_media', 'send image/jpeg or multipart/form-data')
  return { jpeg: request.body, device, flight: undefined, name: undefined }
}

function readRoutes(app: ApiServer, ports: FramePorts): void {
  app.get(
    '/api/v1/frames',
    {
      schema: {
        tags,
        summary: 'Frames, newest first',
        querystring: Type.Object(
          { device: Type.Optional(DeviceId), limit: Type.Optional(limitUpTo(500, DEFAULT_LIMIT)) },
          closed,
        ),
        response: { 200: pageOf(FrameSchema), ...errorAnswers },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT, ...query } }) => {
      const rows = await ports.history.frames({ ...query, limit })
      return { items: rows.map(toFrameView) }
    },
  )
  app.get(
    '/api/v1/frames/:frameId',
    {
      schema: {
        tags,
        summary: 'What the model saw in a frame; `queued` until it has looked',
        params: ById,
        response: { 200: FrameSchema, ...errorAnswers },
      },
    },
    async ({ params }) => toFrameView(await findFrame(params.frameId, ports)),
  )
}

function toFrameView({ atMs, people: _, ...row }: FrameRow): FrameView {
  return { ...row, at: toIso(atMs) }
}
