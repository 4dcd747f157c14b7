import { Type } from 'typebox'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'

const tags = ['operations']
const Ready = Type.Object({
  ready: Type.Boolean(),
  reasons: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
  info: Type.Record(Type.String(), Type.Unknown()),
})

/** For whoever restarts us (`/healthz`) and whoever sends us work (`/readyz`). Open to all: they say nothing secret. */
export function healthRoutes(app: ApiServer, { readiness }: Pick<ApiPorts, 'readiness'>): void {
  app.get(
    '/healthz',
    {
      schema: { tags, summary: 'The process runs', response: { 200: Type.Object({ status: Type.Enum(['ok']) }) } },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'Everything works; 503 with the reasons when not',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const state = readiness()
      return reply.code(state.ready ? 200 : 503).send(state)
    },
  )
}
