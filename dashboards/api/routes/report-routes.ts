import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ConservationDesk, ConservationReport } from '../../../core/conservation-report.ts'
import type { ApiServer } from '../api-server.ts'
import { ById } from '../house-schemas.ts'
import { reportWithoutNames, seesNames } from '../private-facts.ts'
import { closed } from '../schemas.ts'

const Query = Type.Object(
  {
    month: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'A month of the local calendar, 2026-10' }),
    language: Type.Optional(Type.Enum(['zh', 'en'], { description: 'zh when absent' })),
  },
  closed,
)
const MonthOnly = Type.Object({ month: Query.properties.month }, closed)

/** The page brings its own looks, and nothing else may come into it. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What happened at one house in one month, on paper and as data. */
export function reportRoutes(app: ApiServer, reports: ConservationDesk): void {
  app.get(
    '/api/v1/buildings/:id/report',
    {
      schema: {
        ...{ tags: ['houses'], params: ById, querystring: Query, produces: ['text/html', 'application/json'] },
        summary:
          'Conservation report of one house and month: a page to print, or JSON where that is asked for by Accept',
      },
    },
    async (request, reply) => {
      const { params, query, headers } = request
      const report = shownTo(request, await reports.report(params.id, query.month))
      return wantsJson(headers.accept)
        ? sendJson(reply, report)
        : sendPage(reply, reports.page(report, query.language ?? 'zh'))
    },
  )
  app.get(
    '/api/v1/buildings/:id/report.json',
    {
      schema: {
        ...{ tags: ['houses'], params: ById, querystring: MonthOnly, produces: ['application/json'] },
        summary: 'The same as data',
      },
    },
    async (request, reply) =>
      sendJson(reply, shownTo(request, await reports.report(request.params.id, request.query.month))),
  )
}

/** Names of people, and what was said in free words, are for those who act. */
function shownTo(request: FastifyRequest, report: ConservationReport): ConservationReport {
  return seesNames(request) ? report : reportWithoutNames(report)
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'private, no-store', vary: 'accept' })
    .send(page)
}

function sendJson(reply: FastifyReply, report: object): FastifyReply {
  return reply.headers({ 'cache-control': 'private, no-store', vary: 'accept' }).send(report)
}

/** Whoever names JSON, and not HTML, in what he accepts. */
function wantsJson(accept = ''): boolean {
  return accept.includes('application/json') && !accept.includes('text/html')
}
