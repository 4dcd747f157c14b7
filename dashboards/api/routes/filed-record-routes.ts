import { Type } from 'typebox'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { FiledRecordSchema, MatchBody } from '../house-schemas.ts'
import type { ApiPorts } from '../ports.ts'
import { recordWithoutNames, seesNames } from '../private-facts.ts'
import { Cursor, closed, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { toFiledRecordView } from '../to-house-view.ts'

const tags = ['records']
const DEFAULT_LIMIT = 100
const ByKey = Type.Object(
  { source: Type.String({ minLength: 1, maxLength: 128 }), recordId: Type.String({ minLength: 1, maxLength: 128 }) },
  closed,
)

/** Records whose house is not sure, and people's words on them. */
export function filedRecordRoutes(app: ApiServer, { houses }: Pick<ApiPorts, 'houses'>): void {
  app.get(
    '/api/v1/records/unmatched',
    {
      schema: {
        ...{ tags, summary: 'Records that wait for a person: those that are likeliest of ours first' },
        querystring: Type.Object(
          { limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)), cursor: Type.Optional(Cursor) },
          closed,
        ),
        response: { 200: pageOf(FiledRecordSchema), ...errorAnswers },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, ...query } = request.query
      const page = houses.unmatched({ ...query, limit })
      const items = page.items.map(toFiledRecordView)
      return { ...page, items: seesNames(request) ? items : items.map(recordWithoutNames) }
    },
  )
  app.post(
    '/api/v1/records/:source/:recordId/match',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: ByKey, body: MatchBody },
        summary:
          'Say which house a record is about, or that it is none of ours; the same spelling is understood from then on',
        response: { 200: FiledRecordSchema, ...errorAnswers },
      },
    },
    async (request) =>
      toFiledRecordView(await houses.matchRecord({ ...request.params, ...request.body }, callerName(request))),
  )
}
