import { Type } from 'typebox'
import { SuspicionSchema } from '../../../core/alert-schema.ts'
import { SUSPICION_STATES } from '../../../core/suspicion.ts'
import { toSuspicionView } from '../../../core/suspicion-view.ts'
import type { ApiServer } from '../api-server.ts'
import { ById } from '../house-schemas.ts'
import type { ApiPorts } from '../ports.ts'
import { Cursor, closed, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'

const tags = ['houses']
const DEFAULT_LIMIT = 50
const Query = Type.Object(
  {
    state: Type.Optional(Type.Enum(SUSPICION_STATES.filter((state) => state !== 'quiet'))),
    limit: Type.Optional(limitUpTo(500, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)

/** What is thought of works in houses. */
export function suspicionRoutes(app: ApiServer, { houses }: Pick<ApiPorts, 'houses'>): void {
  app.get(
    '/api/v1/suspicions',
    {
      schema: {
        ...{ tags, summary: 'Houses of which something speaks of works, the most probable first, with their evidence' },
        querystring: Query,
        response: { 200: pageOf(SuspicionSchema), ...errorAnswers },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT, ...query } }) => {
      const page = houses.suspicions({ ...query, limit })
      return { ...page, items: page.items.map(toSuspicionView) }
    },
  )
  app.get(
    '/api/v1/buildings/:id/suspicion',
    {
      schema: {
        ...{ tags, summary: 'What is thought of works in one house, with all evidence, windows and other causes' },
        params: ById,
        response: { 200: SuspicionSchema, ...errorAnswers },
      },
    },
    async ({ params: { id } }) => toSuspicionView(houses.suspicionOf(id)),
  )
}
