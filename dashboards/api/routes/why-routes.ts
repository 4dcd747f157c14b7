import { Type } from 'typebox'
import { SubjectSchema, WordsSchema } from '../../../core/alert-schema.ts'
import type { Explanation, Gate } from '../../../core/explanation.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import type { WhyAnswer } from '../../../core/why.ts'
import type { WhyView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, DeviceId, errorAnswers, Instant, Reason } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const Text = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }))
const Query = Type.Object(
  {
    rule: Type.String({ minLength: 1, maxLength: 64, description: 'Rule id' }),
    device: Type.Optional(DeviceId),
    metric: Type.Optional(Type.String({ maxLength: 64, description: 'Metric, $clock_s and the like included' })),
    place: Text,
    label: Text,
    cell: Text,
    finding: Text,
    at: Type.Optional(Instant),
    lookbackS: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 31_622_400,
        description: 'How much of the past is gone through; a day when absent',
      }),
    ),
  },
  closed,
)
const Facts = Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]))
const Severity = Type.Enum([...SEVERITIES])
const Answer = Type.Object({
  rule: Type.Object({
    id: Type.String(),
    title: WordsSchema,
    kind: Type.String(),
    version: Type.String({ description: 'Hash of what the rule says' }),
    number: Type.Optional(Type.Integer({ description: 'Its number among the versions of this rule' })),
  }),
  subject: SubjectSchema,
  at: Type.String(),
  source: Type.Enum(['live', 'recomputed']),
  state: Type.Enum(['active', 'inactive', 'unknown']),
  severity: Type.Optional(Severity),
  stoppedBy: Type.Optional(Type.String({ description: 'The first gate that does not let it through' })),
  unjudged: Type.Optional(Type.Enum(['unknown_device', 'not_meant', 'no_data'])),
  inputs: Type.Array(
    Type.Object({
      metric: Type.String(),
      device: Type.Optional(Type.String()),
      value: Type.Number(),
      at: Type.String(),
    }),
  ),
  predicates: Type.Array(
    Type.Object({ severity: Severity, holds: Type.Boolean(), byHysteresis: Type.Boolean(), reason: Reason }),
  ),
  gates: Type.Array(
    Type.Object({
      gate: Type.String(),
      passed: Type.Boolean(),
      facts: Facts,
      since: Type.Optional(Type.String()),
      until: Type.Optional(Type.String()),
    }),
  ),
  readings: Type.Array(
    Type.Object({
      device: Type.String(),
      metric: Type.String(),
      at: Type.String(),
      value: Type.Number(),
      arrivedAt: Type.String(),
    }),
  ),
  recomputed: Type.Optional(
    Type.Object({ from: Type.String(), observations: Type.Integer(), complete: Type.Boolean() }),
  ),
  alert: Type.Optional(
    Type.Object({
      id: Type.String(),
      state: Type.Enum(['active', 'cleared']),
      severity: Severity,
      version: Type.Integer(),
      raisedAt: Type.String(),
      quiet: Type.Optional(Type.String()),
      ruleVersion: Type.Optional(Type.String()),
    }),
  ),
})

/** Why a rule fired or did not. */
export function whyRoutes(app: ApiServer, { why }: Pick<ApiPorts, 'why'>): void {
  app.get(
    '/api/v1/why',
    {
      schema: {
        tags: ['rules'],
        summary: 'Why a rule fired or did not, for one subject at one moment (now when `at` is absent)',
        querystring: Query,
        response: { 200: Answer, ...errorAnswers },
      },
    },
    async ({ query: { rule, at, lookbackS, ...subject } }) => {
      const atMs = parseOptionalInstant(at, 'at')
      return toView(
        await why.why({
          ...{ rule, subject },
          ...(atMs !== undefined && { atMs }),
          ...(lookbackS !== undefined && { lookbackMs: lookbackS * 1000 }),
        }),
      )
    },
  )
}

function toView(answer: WhyAnswer): WhyView {
  const { rule, subject, atMs, source, explanation, unjudged, recomputed, readings, alert } = answer
  return {
    ...{ rule, subject, source },
    at: toIso(atMs),
    ...toExplained(explanation),
    ...(unjudged !== undefined && { unjudged }),
    readings: readings.map(({ atMs: sampledMs, arrivalMs, ...rest }) => ({
      ...rest,
      at: toIso(sampledMs),
      arrivedAt: toIso(arrivalMs),
    })),
    ...(recomputed && { recomputed: { ...omit(recomputed), from: toIso(recomputed.fromMs) } }),
    ...(alert && { alert: { ...omitRaised(alert), raisedAt: toIso(alert.raisedAtMs) } }),
  }
}

function toExplained(explanation: Explanation | null) {
  if (explanation === null) return { state: 'unknown' as const, inputs: [], predicates: [], gates: [] }
  const { state, severity, stoppedBy, inputs, predicates, gates } = explanation
  return {
    state,
    ...(severity !== null && { severity }),
    ...(stoppedBy !== null && { stoppedBy }),
    inputs: inputs.map(({ atMs, ...rest }) => ({ ...rest, at: toIso(atMs) })),
    predicates,
    gates: gates.map(toGateView),
  }
}

function toGateView({ gate, passed, facts, sinceMs, untilMs }: Gate) {
  return {
    ...{ gate, passed, facts },
    ...(sinceMs !== undefined && { since: toIso(sinceMs) }),
    ...(untilMs !== undefined && { until: toIso(untilMs) }),
  }
}

function omit({ fromMs: _, ...rest }: NonNullable<WhyAnswer['recomputed']>) {
  return rest
}

function omitRaised({ raisedAtMs: _, ...rest }: NonNullable<WhyAnswer['alert']>) {
  return rest
}
