import { Type } from 'typebox'
import type { DeadLetter, OutputState } from '../../../core/output-desk.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, errorAnswers, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const tags = ['outputs']
const ByName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) }, closed)
const OutputSchema = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  cursor: Type.Integer({ description: 'Last position of the ledger that it is done with' }),
  lag: Type.Integer({ description: 'Entries of the ledger after that' }),
  delivered: Type.Integer({ description: 'Events since the start' }),
  retried: Type.Integer(),
  givenUp: Type.Integer(),
  deadLetters: Type.Integer(),
  deadLettersDropped: Type.Integer({ description: 'Left the full list; the ledger has them' }),
  lastDeliveredAt: Type.Optional(Type.String()),
  failing: Type.Optional(Type.Object({ since: Type.String(), code: Type.String(), reason: Type.String() })),
})
const LetterSchema = Type.Object({
  id: Type.String({ description: 'Id of the event' }),
  seq: Type.Integer({ description: 'Its position in the ledger' }),
  alert: Type.String(),
  type: Type.String(),
  at: Type.String({ description: 'When it was given up' }),
  attempts: Type.Integer(),
  code: Type.String(),
  reason: Type.String(),
  replaying: Type.Optional(Type.Boolean({ description: 'true: it is about to be tried once more' })),
})
const ReplayBody = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: 1000,
        description: 'Ids of events; all dead letters when absent',
      }),
    ),
  },
  closed,
)

/** The ways out besides dispatch: how they are doing, and what they were given up on for. */
export function outputRoutes(app: ApiServer, { outputs }: Pick<ApiPorts, 'outputs'>): void {
  app.get(
    '/api/v1/outputs',
    {
      schema: {
        ...{ tags, summary: 'The configured outputs and how they are doing' },
        response: { 200: pageOf(OutputSchema), ...errorAnswers },
      },
    },
    async () => ({ items: outputs.list().map(toOutputView) }),
  )
  app.get(
    '/api/v1/outputs/:name/dead-letters',
    {
      schema: {
        ...{ tags, summary: 'Events that this output was given up on for, newest first', params: ByName },
        response: { 200: pageOf(LetterSchema), ...errorAnswers },
      },
    },
    async ({ params }) => ({ items: outputs.deadLetters(params.name).map(toLetterView) }),
  )
  app.post(
    '/api/v1/outputs/:name/dead-letters/replay',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, summary: 'Try dead letters once more, each once', params: ByName, body: ReplayBody },
        response: { 202: Type.Object({ replaying: Type.Integer() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { ids = null } = request.body
      const replaying = await outputs.replay(request.params.name, ids, callerName(request))
      return reply.code(202).send({ replaying })
    },
  )
  app.post(
    '/api/v1/outputs/:name/test',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, summary: 'Deliver a made-up test alert now', params: ByName },
        response: { 200: Type.Object({ delivered: Type.Literal(true) }), ...errorAnswers },
      },
    },
    async ({ params }) => {
      await outputs.test(params.name)
      return { delivered: true as const }
    },
  )
}

function toOutputView({ lastDeliveredMs, failing, ...state }: OutputState) {
  return {
    ...state,
    ...(lastDeliveredMs !== undefined && { lastDeliveredAt: toIso(lastDeliveredMs) }),
    ...(failing && { failing: { since: toIso(failing.sinceMs), code: failing.code, reason: failing.reason } }),
  }
}

function toLetterView({ alertId, atMs, isReplaying, ...letter }: DeadLetter) {
  return { ...letter, alert: alertId, at: toIso(atMs), ...(isReplaying && { replaying: true }) }
}
