import { Type } from 'typebox'
import { CATEGORIES } from '../../../core/category.ts'
import { AppError } from '../../../core/errors.ts'
import type { RuleVersion } from '../../../core/rule-change.ts'
import type { ListedRule, RuleDesk } from '../../../core/rule-desk.ts'
import type { ApiServer } from '../api-server.ts'
import { closed, errorAnswers, MetricName } from '../schemas.ts'
import {
  DifferenceSchema,
  FaultSchema,
  RuleDetailSchema,
  RuleSchema,
  toRuleDetail,
  toRuleView,
  toVersionView,
  VersionSchema,
} from './rule-views.ts'

export const RuleId = Type.String({ minLength: 1, maxLength: 64, description: 'Rule id' })
export const ById = Type.Object({ id: RuleId }, closed)
export const tags = ['rules']

const Query = Type.Object(
  {
    state: Type.Optional(Type.Enum(['active', 'off', 'faulty'])),
    source: Type.Optional(Type.Enum(['shipped', 'file', 'own'])),
    kind: Type.Optional(MetricName),
    category: Type.Optional(Type.Enum(Object.keys(CATEGORIES))),
  },
  closed,
)
const VersionNumber = Type.Integer({ minimum: 1, description: 'Version of the rule' })

/** What the rules are, and how they came to be so. */
export function ruleRoutes(app: ApiServer, desk: RuleDesk): void {
  app.get(
    '/api/v1/rules',
    {
      schema: {
        tags,
        summary: 'All rules: those of files and those made over the API',
        querystring: Query,
        response: {
          200: Type.Object({
            version: Type.String({ description: 'Hash of the rules that judge' }),
            items: Type.Array(RuleSchema),
            faults: Type.Array(FaultSchema, {
              description: 'The files as they are now; the set before stays in force',
            }),
          }),
          ...errorAnswers,
        },
      },
    },
    async ({ query }) => {
      const items = desk.list().map(toRuleView)
      const fits = (item: (typeof items)[number]) =>
        (['state', 'source', 'kind', 'category'] as const).every((key) => (query[key] ?? item[key]) === item[key])
      return { version: desk.version(), items: items.filter(fits), faults: desk.faults() }
    },
  )
  app.get(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'One rule', params: ById, response: { 200: RuleDetailSchema, ...errorAnswers } } },
    async ({ params }) => toRuleDetail(known(desk.get(params.id), params.id), desk),
  )
  historyRoutes(app, desk)
}

function historyRoutes(app: ApiServer, desk: RuleDesk): void {
  app.get(
    '/api/v1/rules/:id/versions',
    {
      schema: {
        tags,
        summary: 'Versions of a rule, newest first; a removed one has them still',
        params: ById,
        response: { 200: Type.Object({ items: Type.Array(VersionSchema) }), ...errorAnswers },
      },
    },
    async ({ params }) => ({ items: versionsOf(desk, params.id).map(toVersionView).reverse() }),
  )
  app.get(
    '/api/v1/rules/:id/diff',
    {
      schema: {
        tags,
        summary: 'Where two versions of a rule differ; without from and to, what the last change did',
        params: ById,
        querystring: Type.Object({ from: Type.Optional(VersionNumber), to: Type.Optional(VersionNumber) }, closed),
        response: {
          200: Type.Object({
            from: Type.Integer({ description: '0: before the first' }),
            to: Type.Integer(),
            differences: Type.Array(DifferenceSchema),
          }),
          ...errorAnswers,
        },
      },
    },
    async ({ params: { id }, query }) => {
      const versions = versionsOf(desk, id)
      const to = query.to === undefined ? versions.at(-1) : versionOf(versions, query.to)
      const before = versions.filter(({ version }) => version < (to?.version ?? 0)).at(-1)
      const from = query.from === undefined ? before : versionOf(versions, query.from)
      return {
        from: from?.version ?? 0,
        to: to?.version ?? 0,
        differences: desk.diff(from?.spec ?? null, to?.spec ?? null),
      }
    },
  )
}

export function known(listed: ListedRule | undefined, id: string): ListedRule {
  if (listed === undefined) throw new AppError('not_found', 'no such rule', { rule: id })
  return listed
}

export function versionsOf(desk: RuleDesk, id: string): RuleVersion[] {
  const versions = desk.versions(id)
  if (versions.length === 0) throw new AppError('not_found', 'no such rule', { rule: id })
  return versions
}

/** Throws `not_found` with the versions that there are. */
export function versionOf(versions: RuleVersion[], wanted: number): RuleVersion {
  const found = versions.find(({ version }) => version === wanted)
  if (found === undefined)
    throw new AppError('not_found', 'no such version of this rule', {
      version: wanted,
      oldest: versions[0]?.version,
      newest: versions.at(-1)?.version,
    })
  return found
}
