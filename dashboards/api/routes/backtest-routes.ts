import { Type } from 'typebox'
import type { BacktestDesk } from '../../../core/backtest-desk.ts'
import { ERROR_CODES, type ErrorCode } from '../../../core/errors.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { parseInstant } from '../parse-instant.ts'
import { closed, errorAnswers, Instant, pageOf } from '../schemas.ts'
import { toBacktestView } from '../to-backtest-view.ts'

const MAX_RULES_BYTES = 1024 * 1024
const DAY_S = 86_400
const tags = ['rules']
const admin = { needs: 'admin' } as const
const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, closed)
const Spec = Type.Record(Type.String(), Type.Unknown())
const Body = Type.Object(
  {
    rules: Type.Union([Type.String({ minLength: 1 }), Spec, Type.Array(Spec)], {
      description: 'Text of a rule file, a rule, a list of rules, or {rules: […]}',
    }),
    from: Instant,
    to: Instant,
    against: Type.Optional(
      Type.Enum(['in-force', 'none'], { description: 'What to compare with, in-force when absent' }),
    ),
    whole: Type.Optional(
      Type.Boolean({ description: 'true: these are all the rules; else they replace those of the same id in force' }),
    ),
    by: Type.Optional(
      Type.Enum(['measured', 'arrival'], {
        description:
          'The time that history is told by: measured (when absent) as if all had come at once, or as it came',
      }),
    ),
    warmUpS: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 366 * DAY_S, description: 'Judged before `from`, a day when absent' }),
    ),
  },
  closed,
)
const Job = Type.Object({
  id: Type.String(),
  state: Type.Enum(['running', 'done', 'failed', 'cancelled']),
  by: Type.Enum(['measured', 'arrival']),
  startedBy: Type.String(),
  from: Type.String(),
  to: Type.String(),
  startedAt: Type.String(),
  endedAt: Type.Optional(Type.String()),
  readings: Type.Integer({ description: 'Judged so far' }),
  done: Type.Number({ description: '0 to 1' }),
  report: Type.Optional(Type.Unknown({ description: 'BacktestReportView of dashboards/contract.ts' })),
  error: Type.Optional(
    Type.Object({ code: Type.Enum(Object.keys(ERROR_CODES) as ErrorCode[]), message: Type.String() }),
  ),
})

/** History judged once more by other rules, before they are switched on. */
export function backtestRoutes(app: ApiServer, { backtests }: { backtests: BacktestDesk }): void {
  app.post(
    '/api/v1/rules/backtest',
    {
      config: admin,
      bodyLimit: MAX_RULES_BYTES,
      schema: { tags, summary: 'Try rules on stored history', body: Body, response: { 202: Job, ...errorAnswers } },
    },
    async (request, reply) => {
      const { rules, from, to, against = 'in-force', whole = false, by = 'measured', warmUpS = DAY_S } = request.body
      const times = { fromMs: parseInstant(from, 'from'), toMs: parseInstant(to, 'to'), warmUpMs: warmUpS * 1000 }
      const asked = { rules: toText(rules), whole, compare: against === 'in-force', by, ...times }
      const job = backtests.start(asked, callerName(request))
      return reply.code(202).header('location', `/api/v1/rules/backtest/${job.id}`).send(toBacktestView(job))
    },
  )
  app.get(
    '/api/v1/rules/backtest',
    {
      config: admin,
      schema: { tags, summary: 'The last back-tests, newest first', response: { 200: pageOf(Job), ...errorAnswers } },
    },
    async () => ({ items: backtests.list().map(({ report: _, ...job }) => toBacktestView(job)) }),
  )
  app.get(
    '/api/v1/rules/backtest/:id',
    {
      config: admin,
      schema: {
        tags,
        summary: 'How far a back-test is, or its report',
        params: ById,
        response: { 200: Job, ...errorAnswers },
      },
    },
    async ({ params }) => toBacktestView(backtests.get(params.id)),
  )
  app.delete(
    '/api/v1/rules/backtest/:id',
    {
      config: admin,
      schema: {
        tags,
        summary: 'End a back-test, or forget one that is over',
        params: ById,
        response: { 204: Type.Null(), ...errorAnswers },
      },
    },
    async ({ params }, reply) => {
      backtests.remove(params.id)
      return reply.code(204).send(null)
    },
  )
}

/** A rule file's text: JSON is YAML. */
function toText(rules: string | Record<string, unknown> | Record<string, unknown>[]): string {
  if (typeof rules === 'string') return rules
  if (Array.isArray(rules)) return JSON.stringify({ rules })
  return JSON.stringify('rules' in rules ? rules : { rules: [rules] })
}
