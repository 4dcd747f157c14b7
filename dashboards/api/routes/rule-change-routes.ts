import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Proposal, RuleDesk } from '../../../core/rule-desk.ts'
import type { RuleDetailView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { closed, errorAnswers } from '../schemas.ts'
import { proposeText, RuleBody, toRuleText } from './rule-body.ts'
import { ById, known, RuleId, tags, versionOf, versionsOf } from './rule-routes.ts'
import { ChangesSchema, RuleDetailSchema, toChangesView, toRuleDetail } from './rule-views.ts'

const needsAdmin = { config: { needs: 'admin' } } as const
const ExpectedVersion = Type.Integer({
  minimum: 0,
  description: 'Version that was seen, 0 for none; 409 when the rule has changed since',
})
const Expecting = Type.Object({ expectedVersion: Type.Optional(ExpectedVersion) }, closed)

/** Making, replacing and removing rules, and going back to an earlier version. */
export function ruleChangeRoutes(app: ApiServer, desk: RuleDesk): void {
  checkRoute(app, desk)
  createRoute(app, desk)
  replaceRoute(app, desk)
  removeRoute(app, desk)
  rollbackRoute(app, desk)
}

function checkRoute(app: ApiServer, desk: RuleDesk): void {
  app.post(
    '/api/v1/rules/check',
    {
      schema: {
        tags,
        summary: 'Check a rule, or a rule file, against all others; says what it would change and changes nothing',
        body: RuleBody,
        response: { 200: ChangesSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const proposal = { by: callerName(request), source: 'api', dryRun: true } as const
      return toChangesView(await proposeText(desk, toRuleText(request.body, desk), proposal), false, desk)
    },
  )
}

function createRoute(app: ApiServer, desk: RuleDesk): void {
  app.post(
    '/api/v1/rules',
    {
      ...needsAdmin,
      schema: {
        tags,
        summary: 'Make a new rule; 409 when the id is taken',
        body: RuleBody,
        response: { 201: RuleDetailSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const text = toRuleText(request.body, desk)
      const { changes } = await proposeText(desk, text, { ...byApi(request), only: {}, fresh: true })
      const id = changes[0]?.rule ?? ''
      return reply.code(201).header('location', `/api/v1/rules/${id}`).send(detailOf(desk, id))
    },
  )
}

function replaceRoute(app: ApiServer, desk: RuleDesk): void {
  app.put(
    '/api/v1/rules/:id',
    {
      ...needsAdmin,
      schema: {
        tags,
        summary: 'Make or replace a rule; one with the id of a rule in a file stands over that',
        params: ById,
        querystring: Expecting,
        body: RuleBody,
        response: { 200: RuleDetailSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { id } = request.params
      const text = toRuleText(request.body, desk, id)
      await proposeText(desk, text, { ...byApi(request), ...expecting(id, request.query), only: { id } })
      return detailOf(desk, id)
    },
  )
}

function removeRoute(app: ApiServer, desk: RuleDesk): void {
  app.delete(
    '/api/v1/rules/:id',
    {
      ...needsAdmin,
      schema: {
        tags,
        summary: 'Remove a rule that was made over the API; the one that it stood over holds again',
        params: ById,
        querystring: Expecting,
        response: { 200: ChangesSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { id } = request.params
      const outcome = await desk.propose({ ...byApi(request), ...expecting(id, request.query), remove: [id] })
      return toChangesView(outcome, true, desk)
    },
  )
}

function rollbackRoute(app: ApiServer, desk: RuleDesk): void {
  app.post(
    '/api/v1/rules/:id/rollback',
    {
      ...needsAdmin,
      schema: {
        tags,
        summary: 'Make an earlier version hold again, as a new version; a version without a rule removes it',
        params: ById,
        body: Type.Object(
          { version: Type.Integer({ minimum: 1 }), expectedVersion: Type.Optional(ExpectedVersion) },
          closed,
        ),
        response: { 200: ChangesSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { id } = request.params
      const { version, spec } = versionOf(versionsOf(desk, id), request.body.version)
      const shared = {
        by: callerName(request),
        source: 'rollback',
        restored: version,
        ...expecting(id, request.body),
      } as const
      const outcome =
        spec === null
          ? await desk.propose({ ...shared, remove: [id] })
          : await proposeText(desk, toRuleText(spec, desk), { ...shared, only: { id } })
      return toChangesView(outcome, true, desk)
    },
  )
}

const Filling = Type.Object(
  {
    template: RuleId,
    id: RuleId,
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), {
        description: 'Those that are absent have their default',
      }),
    ),
    where: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Which devices, for example { place: "东园*" }' }),
    ),
    type: Type.Optional(Type.String({ description: "One of the template's types; all when absent" })),
    title: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() }, closed)),
    enabled: Type.Optional(Type.Boolean()),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would change' })),
  },
  closed,
)

/** Puts a filled template in force. */
export function fromTemplateRoute(app: ApiServer, desk: RuleDesk): void {
  app.post(
    '/api/v1/rules/from-template',
    {
      ...needsAdmin,
      schema: {
        tags,
        summary: 'Make a new rule from a template',
        body: Filling,
        response: { 200: ChangesSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { template, dryRun = false, ...filling } = request.body
      const outcome = await proposeText(desk, toRuleText(desk.fill(template, filling), desk), {
        by: callerName(request),
        source: 'template',
        only: { id: filling.id },
        fresh: true,
        dryRun,
      })
      return toChangesView(outcome, !dryRun, desk)
    },
  )
}

function byApi(request: FastifyRequest): Pick<Proposal, 'by' | 'source'> {
  return { by: callerName(request), source: 'api' }
}

function expecting(id: string, { expectedVersion }: { expectedVersion?: number }): Pick<Proposal, 'expected'> {
  return expectedVersion === undefined ? {} : { expected: { id, version: expectedVersion } }
}

function detailOf(desk: RuleDesk, id: string): RuleDetailView {
  return toRuleDetail(known(desk.get(id), id), desk)
}
