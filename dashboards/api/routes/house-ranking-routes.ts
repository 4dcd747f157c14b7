import { Type } from 'typebox'
import type { HouseWatch } from '../../../core/house-watch.ts'
import type { ApiServer } from '../api-server.ts'
import { RankingSchema } from '../house-schemas.ts'
import { seesNames } from '../private-facts.ts'
import { Cursor, closed, errorAnswers, limitUpTo } from '../schemas.ts'
import { toRiskView } from '../to-house-view.ts'

const DEFAULT_LIMIT = 1_000
const Query = Type.Object(
  {
    text: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 300 },
        description: 'As for houses, or a piece of the name of a residents’ committee',
      }),
    ),
    limit: Type.Optional(limitUpTo(2_000, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)

/** Which house to look at first. */
export function houseRankingRoutes(app: ApiServer, watch: HouseWatch): void {
  app.get(
    '/api/v1/house-ranking',
    {
      schema: {
        ...{ tags: ['houses'], querystring: Query, response: { 200: RankingSchema, ...errorAnswers } },
        summary: 'Houses by risk, with its parts: suspected works, open alerts, what was exceeded, what moves',
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, ...query } = request.query
      const page = await watch.ranking({ ...query, limit, ...(!seesNames(request) && { byNames: false }) })
      return { ...page, items: page.items.map(toRiskView) }
    },
  )
}
