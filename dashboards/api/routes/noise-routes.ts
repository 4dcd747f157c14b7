import { createHash, randomUUID } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { toOutOfServiceView, toSilenceView } from '../../../core/alert-view.ts'
import { AppError } from '../../../core/errors.ts'
import type { AlertMatcher, Silence } from '../../../core/quiet.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { parseInstant, parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import {
  closed,
  DeviceId,
  errorAnswers,
  Instant,
  MatcherSchema,
  OutOfServiceSchema,
  pageOf,
  SilenceSchema,
} from '../schemas.ts'

type NoisePorts = Pick<ApiPorts, 'noise' | 'registry' | 'clock'>

const tags = ['noise']
const Text = Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S' })
const SilenceBody = Type.Object(
  {
    match: MatcherSchema,
    from: Type.Optional({ ...Instant, description: 'Beginning, now when absent' }),
    to: Instant,
    reason: Text,
  },
  closed,
)
const OutBody = Type.Object({ until: Instant, reason: Text }, closed)
const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
const ByDevice = Type.Object({ device: DeviceId }, closed)
const Key = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same key again makes no second silence' }),
  ),
})

/** Planned silences, and devices out of service. */
export function noiseRoutes(app: ApiServer, ports: NoisePorts): void {
  silenceReads(app, ports)
  silenceWrites(app, ports)
  outOfServiceRoutes(app, ports)
}

function silenceReads(app: ApiServer, { noise }: NoisePorts): void {
  app.get(
    '/api/v1/silences',
    {
      schema: {
        tags,
        summary: 'Silences that are planned or in force',
        response: { 200: pageOf(SilenceSchema), ...errorAnswers },
      },
    },
    async () => ({
      items: noise
        .silences()
        .sort((a, b) => a.fromMs - b.fromMs)
        .map(toSilenceView),
    }),
  )
  app.get(
    '/api/v1/silences/:id',
    { schema: { tags, summary: 'One silence', params: ById, response: { 200: SilenceSchema, ...errorAnswers } } },
    async ({ params }) => toSilenceView(known(noise, params.id)),
  )
}

function silenceWrites(app: ApiServer, { noise, clock }: NoisePorts): void {
  const needs = { needs: 'operate' } as const
  const asked = (id: string, body: Static<typeof SilenceBody>, by: string) => ({
    id,
    match: body.match as AlertMatcher,
    fromMs: parseOptionalInstant(body.from, 'from') ?? clock.nowMs(),
    toMs: parseInstant(body.to, 'to'),
    reason: body.reason,
    by,
  })
  app.post(
    '/api/v1/silences',
    {
      config: needs,
      schema: {
        tags,
        summary: 'Silence alerts for a time. Those that lives depend on are told all the same',
        headers: Key,
        body: SilenceBody,
        response: { 201: SilenceSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const by = callerName(request)
      const id = silenceId(by, request.headers['idempotency-key'])
      const silence = noise.silence(id) ?? (await noise.setSilence(asked(id, request.body, by)))
      return reply.code(201).send(toSilenceView(silence))
    },
  )
  app.put(
    '/api/v1/silences/:id',
    {
      config: needs,
      schema: {
        tags,
        summary: 'Change a silence',
        params: ById,
        body: SilenceBody,
        response: { 200: SilenceSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { id, fromMs } = known(noise, request.params.id)
      const changed = asked(id, request.body, callerName(request))
      return toSilenceView(await noise.setSilence(request.body.from === undefined ? { ...changed, fromMs } : changed))
    },
  )
  app.delete(
    '/api/v1/silences/:id',
    {
      config: needs,
      schema: { tags, summary: 'End a silence now', params: ById, response: { 200: SilenceSchema, ...errorAnswers } },
    },
    async (request) => toSilenceView(await noise.endSilence(request.params.id, callerName(request))),
  )
}

function outOfServiceRoutes(app: ApiServer, { noise, registry }: NoisePorts): void {
  const path = '/api/v1/out-of-service/:device'
  const response = { 200: OutOfServiceSchema, ...errorAnswers }
  app.get(
    '/api/v1/out-of-service',
    {
      schema: {
        tags,
        summary: 'Devices out of service',
        response: { 200: pageOf(OutOfServiceSchema), ...errorAnswers },
      },
    },
    async () => ({ items: noise.outOfService().map(toOutOfServiceView) }),
  )
  app.put(
    path,
    {
      config: { needs: 'operate' },
      schema: {
        tags,
        summary: 'Take a device out of service: what it says is recorded and not pushed',
        params: ByDevice,
        body: OutBody,
        response,
      },
    },
    async (request) => {
      const { device } = request.params
      if (!registry.get(device)) throw new AppError('not_found', 'no such device', { device })
      const { until, reason } = request.body
      const untilMs = parseInstant(until, 'until')
      return toOutOfServiceView(await noise.takeOut({ device, untilMs, reason, by: callerName(request) }))
    },
  )
  app.delete(
    path,
    {
      config: { needs: 'operate' },
      schema: { tags, summary: 'Put a device back into service', params: ByDevice, response },
    },
    async (request) => toOutOfServiceView(await noise.putBack(request.params.device, callerName(request))),
  )
}

function known(noise: NoisePorts['noise'], id: string): Silence {
  const silence = noise.silence(id)
  if (!silence) throw new AppError('not_found', 'no such silence', { id })
  return silence
}

/** The same person and key give the same id, so that a request sent again finds what the first one made. */
function silenceId(by: string, key: string | undefined): string {
  const text = key === undefined ? randomUUID() : JSON.stringify([by, key])
  return `s-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}
