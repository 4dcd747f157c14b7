import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import { isRefusal } from '../../../core/refusal.ts'
import { AXES, type PatternFeatures, WORK_CLASSES } from '../../../core/vibration.ts'
import { endMsOf, MAX_WAVEFORM_BYTES } from '../../../core/waveform-block.ts'
import type { WaveformRow } from '../../../core/waveform-desk.ts'
import type { WaveformView } from '../../vibration-contract.ts'
import type { ApiServer } from '../api-server.ts'
import { createGate } from '../gate.ts'
import type { ApiPorts } from '../ports.ts'
import { refusalError } from '../refusal-error.ts'
import { closed, DeviceId, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { senderOf } from '../sender-of.ts'
import { toIso } from '../to-iso.ts'

type WaveformPorts = Pick<ApiPorts, 'frontDoor' | 'waveforms'>

const tags = ['waveforms']
const UPLOADS_AT_ONCE = 16
const DEFAULT_LIMIT = 20
const ById = Type.Object({ waveformId: Type.String({ pattern: '^[0-9a-f]{32}$' }) }, closed)
const WordSchema = { class: Type.Enum([...WORK_CLASSES]), confidence: Type.Number() }
const WaveformSchema = Type.Object({
  waveformId: Type.String(),
  device: Type.String(),
  sha256: Type.String(),
  at: Type.String({ description: 'Time of the first sample' }),
  until: Type.String(),
  sequence: Type.Integer(),
  quantity: Type.Enum(['velocity', 'acceleration']),
  sampleRateHz: Type.Number(),
  samples: Type.Integer({ description: 'Per axis' }),
  state: Type.Enum(['queued', 'analysed', 'refused']),
  reason: Type.Optional(Type.String()),
  features: Type.Optional(
    Type.Object({
      axes: Type.Array(
        Type.Object({
          axis: Type.Enum([...AXES]),
          ppvMmS: Type.Number(),
          freqHz: Type.Number(),
          zeroCrossingHz: Type.Number(),
          rmsMmS: Type.Number(),
          crest: Type.Number(),
          bandsMmS: Type.Array(Type.Number(), { description: 'RMS by one-third octave, 1 to 100 Hz' }),
        }),
      ),
      pvsMmS: Type.Number(),
      clipped: Type.Boolean(),
      pattern: Type.Unsafe<PatternFeatures>(Type.Record(Type.String(), Type.Number())),
      work: Type.Object(WordSchema),
      minute: Type.Object({ ...WordSchema, blocks: Type.Integer() }),
    }),
  ),
})

/** Raw vibration. Its own plugin, so that only these routes read such bodies. */
export async function waveformRoutes(app: ApiServer, { frontDoor, waveforms }: WaveformPorts): Promise<void> {
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: MAX_WAVEFORM_BYTES },
    (_request, body, done) => done(null, body),
  )
  const gate = createGate(UPLOADS_AT_ONCE)
  app.post(
    '/api/v1/waveforms',
    {
      config: { needs: 'operate', forDevices: true },
      bodyLimit: MAX_WAVEFORM_BYTES,
      onRequest: async (request, reply) => {
        if (!gate.enter(request)) throw new AppError('overloaded', 'too many waveforms at once', {})
        reply.raw.once('close', () => gate.leave(request))
      },
      schema: {
        tags,
        summary: 'Send one block of raw vibration, format HYWF, as the body',
        consumes: ['application/octet-stream'],
        querystring: Type.Object({ device: Type.Optional(DeviceId) }, closed),
        response: { 202: Type.Object({ waveformId: Type.String() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) throw new AppError('unsupported_media', 'send application/octet-stream')
      const outcome = await frontDoor.waveform(senderOf(request, request.query.device), request.body)
      if (isRefusal(outcome)) throw refusalError(outcome)
      reply.code(202).header('location', `/api/v1/waveforms/${outcome.waveformId}`)
      return { waveformId: outcome.waveformId }
    },
  )
  readRoutes(app, waveforms)
}

function readRoutes(app: ApiServer, waveforms: WaveformPorts['waveforms']): void {
  app.get(
    '/api/v1/waveforms',
    {
      schema: {
        tags,
        summary: 'The latest waveforms, newest first',
        querystring: Type.Object(
          { device: Type.Optional(DeviceId), limit: Type.Optional(limitUpTo(200, DEFAULT_LIMIT)) },
          closed,
        ),
        response: { 200: pageOf(WaveformSchema), ...errorAnswers },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT, ...query } }) => ({
      items: waveforms.list({ ...query, limit }).map(toView),
    }),
  )
  app.get(
    '/api/v1/waveforms/:waveformId',
    {
      schema: {
        tags,
        summary: 'What was found in a waveform; `queued` until it was looked at',
        params: ById,
        response: { 200: WaveformSchema, ...errorAnswers },
      },
    },
    async ({ params: { waveformId } }) => {
      const row = waveforms.get(waveformId)
      if (row === undefined) throw new AppError('not_found', 'not among the latest waveforms', { waveformId })
      return toView(row)
    },
  )
  app.get(
    '/api/v1/waveforms/:waveformId/block',
    {
      config: { needs: 'operate' },
      schema: { tags, summary: 'The block as it was sent', params: ById },
    },
    async ({ params: { waveformId } }, reply) => {
      const bytes = await waveforms.bytes(waveformId)
      if (bytes === null) throw new AppError('not_found', 'no longer kept', { waveformId })
      return reply.type('application/octet-stream').send(bytes)
    },
  )
}

function toView({ waveformId, device, sha256, atMs, head, state, reason, features }: WaveformRow): WaveformView {
  const { sequence, quantity, sampleRateHz, samples } = head
  return {
    ...{ waveformId, device, sha256, at: toIso(atMs), until: toIso(endMsOf(head)) },
    ...{ sequence, quantity, sampleRateHz, samples, state },
    ...(reason !== undefined && { reason }),
    ...(features !== undefined && { features }),
  }
}
