import { Type } from 'typebox'
import type { SubscriberState } from '../../../core/subscriber-desk.ts'
import type { SubscriberView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const tags = ['dispatch']
const ByName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) }, closed)
const Subscriber = Type.Object({
  name: Type.String(),
  connected: Type.Integer({ description: 'Connections under this name' }),
  acknowledged: Type.String({ description: 'Cursor up to which it acknowledged' }),
  lag: Type.Integer({ description: 'Ledger entries after that' }),
  lagS: Type.Union([Type.Number(), Type.Null()], { description: 'Age of the first of them, seconds' }),
  filters: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: 'Of its connections, one each' }),
  seenAt: Type.Optional(Type.String({ description: 'When it last subscribed, acknowledged or left' })),
})

/** What is said over WebSocket and MQTT, as a document. */
export function asyncApiRoute(app: ApiServer, { asyncApi }: Pick<ApiPorts, 'asyncApi'>): void {
  if (!asyncApi) return
  app.get(
    '/api/v1/asyncapi.yaml',
    { schema: { tags, summary: 'Dispatch and MQTT as an AsyncAPI 3 document', produces: ['application/yaml'] } },
    async (_request, reply) => reply.type('application/yaml').send(asyncApi()),
  )
}

/** Who takes dispatch events, and how far behind they are. */
export function subscriberRoutes(app: ApiServer, { subscribers }: Pick<ApiPorts, 'subscribers'>): void {
  if (!subscribers) return
  app.get(
    '/api/v1/subscribers',
    {
      schema: {
        tags,
        summary: 'Names under which dispatch events are taken, and how far each has acknowledged',
        response: { 200: pageOf(Subscriber), ...errorAnswers },
      },
    },
    async () => ({ items: subscribers.list().map(toSubscriberView) }),
  )
  app.delete(
    '/api/v1/subscribers/:name',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Forget a name that is not connected; under it, whoever comes next starts at the latest',
        params: ByName,
        response: { 204: Type.Null(), ...errorAnswers },
      },
    },
    async (request, reply) => {
      await subscribers.remove(request.params.name, callerName(request))
      return reply.code(204).send(null)
    },
  )
}

function toSubscriberView({ acknowledged, filters, seenMs, ...state }: SubscriberState): SubscriberView {
  return {
    ...state,
    acknowledged: String(acknowledged),
    filters: filters.map((filter) => ({ ...filter })),
    ...(seenMs !== undefined && { seenAt: toIso(seenMs) }),
  }
}
