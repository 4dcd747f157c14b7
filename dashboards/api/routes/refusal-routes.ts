import { Type } from 'typebox'
import type { RefusalCount } from '../../../core/front-door.ts'
import type { RefusalView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const RefusalSchema = Type.Object({
  device: Type.String({ description: 'The id that was claimed, `?` when none was' }),
  reason: Type.String(),
  count: Type.Integer(),
  lastAt: Type.String(),
  lastDetail: Type.String(),
})

/** What was turned away and why, since the start. */
export function refusalRoutes(app: ApiServer, { refusals }: Pick<ApiPorts, 'refusals'>): void {
  app.get(
    '/api/v1/refusals',
    {
      schema: {
        tags: ['operations'],
        summary: 'Refused input, one counter per device and reason, newest first',
        querystring: Type.Object({ device: Type.Optional(Type.String({ maxLength: 128 })) }, closed),
        response: { 200: pageOf(RefusalSchema), ...errorAnswers },
      },
    },
    async ({ query: { device } }) => {
      const counts = refusals().filter((count) => device === undefined || count.device === device)
      return { items: counts.sort((a, b) => b.lastAtMs - a.lastAtMs).map(toRefusalView) }
    },
  )
}

function toRefusalView({ lastAtMs, ...count }: RefusalCount): RefusalView {
  return { ...count, lastAt: toIso(lastAtMs) }
}
