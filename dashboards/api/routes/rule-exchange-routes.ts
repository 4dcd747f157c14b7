import { Type } from 'typebox'
import { WordsSchema } from '../../../core/alert-schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { RuleSpec } from '../../../core/rule-change.ts'
import type { RuleDesk } from '../../../core/rule-desk.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { closed, errorAnswers, MetricName } from '../schemas.ts'
import { proposeText, RuleBody, toRuleText } from './rule-body.ts'
import { tags } from './rule-routes.ts'
import { ChangesSchema, toChangesView } from './rule-views.ts'

const MAX_IMPORT_BYTES = 2 * 1024 * 1024

/** Rules as files, in and out; kinds and templates for those who write them. */
export function ruleExchangeRoutes(app: ApiServer, desk: RuleDesk): void {
  exportRoute(app, desk)
  importRoute(app, desk)
  app.get(
    '/api/v1/rules/kinds',
    {
      schema: {
        tags,
        summary: 'Kinds of rule, each with its JSON schema',
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                kind: Type.String(),
                about: Type.Optional(WordsSchema),
                schema: Type.Record(Type.String(), Type.Unknown()),
              }),
            ),
          }),
          ...errorAnswers,
        },
      },
    },
    async () => ({ items: desk.kinds().map(({ schema, ...kind }) => ({ ...kind, schema: { ...schema } })) }),
  )
  templatesRoute(app, desk)
}

function exportRoute(app: ApiServer, desk: RuleDesk): void {
  app.get(
    '/api/v1/rules/export',
    {
      schema: {
        tags,
        summary: 'Rules as the text of one rule file (application/yaml)',
        querystring: Type.Object(
          {
            ids: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 20_000,
                description: 'Rule ids with commas between; all when absent',
              }),
            ),
            source: Type.Optional(Type.Enum(['own', 'all'], { description: 'own: only those made over the API' })),
          },
          closed,
        ),
        produces: ['application/yaml'],
        response: { 200: Type.String({ description: 'A rule file' }), ...errorAnswers },
      },
    },
    async ({ query: { ids, source = 'all' } }, reply) =>
      reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="huying-rules.yaml"')
        .send(desk.print(chosen(desk, ids?.split(','), source))),
  )
}

function chosen(desk: RuleDesk, ids: string[] | undefined, source: 'own' | 'all'): RuleSpec[] {
  const listed = desk.list().filter(({ isOwn }) => source === 'all' || isOwn)
  const missing = (ids ?? []).filter((id) => !listed.some(({ spec }) => spec.id === id))
  if (missing.length > 0) throw new AppError('not_found', `no such rule: ${missing.join(', ')}`, { rules: missing })
  return listed.map(({ spec }) => spec).filter(({ id }) => ids?.includes(id) ?? true)
}

function importRoute(app: ApiServer, desk: RuleDesk): void {
  app.post(
    '/api/v1/rules/import',
    {
      config: { needs: 'admin' },
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary: 'Put all rules of a rule file in force, or none; a rule that says what holds already is left alone',
        querystring: Type.Object(
          { dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would change' })) },
          closed,
        ),
        body: RuleBody,
        response: { 200: ChangesSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { dryRun = false } = request.query
      const proposal = { by: callerName(request), source: 'import', dryRun } as const
      return toChangesView(await proposeText(desk, toRuleText(request.body, desk), proposal), !dryRun, desk)
    },
  )
}

function templatesRoute(app: ApiServer, desk: RuleDesk): void {
  const Value = Type.Union([Type.Number(), Type.String()])
  const Parameter = Type.Object({
    name: Type.String(),
    title: WordsSchema,
    kind: Type.Enum(['number', 'duration', 'severity']),
    unit: Type.Optional(Type.String()),
    default: Value,
    min: Type.Optional(Value),
    max: Type.Optional(Value),
  })
  app.get(
    '/api/v1/rules/templates',
    {
      schema: {
        tags,
        summary: 'Templates of rules, by type of device',
        querystring: Type.Object({ type: Type.Optional(MetricName) }, closed),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                id: Type.String(),
                types: Type.Array(Type.String()),
                title: WordsSchema,
                parameters: Type.Array(Parameter),
                rule: Type.Record(Type.String(), Type.Unknown()),
              }),
            ),
          }),
          ...errorAnswers,
        },
      },
    },
    async ({ query: { type } }) => ({
      items: desk
        .templates()
        .filter(({ types }) => type === undefined || types.includes(type))
        .map((template) => ({ ...template, rule: { ...template.rule } })),
    }),
  )
}
