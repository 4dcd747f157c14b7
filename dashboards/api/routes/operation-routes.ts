import { Type } from 'typebox'
import type { LogLine } from '../../../core/log-tail.ts'
import { PIPELINE_STAGES } from '../../../core/pipeline.ts'
import type { RuleHearingView } from '../../operations-contract.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, DeviceId, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const tags = ['operations']
const NumberOrNull = Type.Union([Type.Number(), Type.Null()])
const Stage = Type.Object({
  stage: Type.Enum([...PIPELINE_STAGES]),
  value: NumberOrNull,
  state: Type.Enum(['ok', 'warning', 'fault']),
  recent: Type.Array(NumberOrNull, { description: 'The same number before, one per step, oldest first' }),
  facts: Type.Record(Type.String(), NumberOrNull),
})
const Pipeline = Type.Object({
  at: Type.String(),
  stepS: Type.Number({ description: 'Seconds between two numbers' }),
  stages: Type.Array(Stage),
})
const Hearing = Type.Object({
  rule: Type.String(),
  devices: Type.Integer({ description: 'That it judges, or awaits readings of' }),
  heardAt: Type.Optional(Type.String({ description: 'Last reading of any of them' })),
  firing: Type.Integer({ description: 'Subjects for which it fires now' }),
})
const Line = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  level: Type.Enum(['error', 'warn', 'info']),
  message: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
})
const SettingSchema = Type.Object({
  path: Type.String(),
  value: Type.Optional(Type.Unknown({ description: 'Absent for secrets' })),
  isSecret: Type.Boolean(),
  isSet: Type.Boolean(),
  origin: Type.Enum(['default', 'file', 'environment', 'command']),
  env: Type.Optional(Type.String({ description: 'Variable that overrides the file' })),
  unit: Type.Optional(Type.String()),
  description: Type.String(),
})
const LogQuery = Type.Object(
  {
    level: Type.Optional(
      Type.Enum(['error', 'warn', 'info'], { description: 'And what weighs more; warn when absent' }),
    ),
    device: Type.Optional(DeviceId),
    limit: Type.Optional(limitUpTo(500, 100)),
  },
  closed,
)

type OperationPorts = Pick<ApiPorts, 'pipeline' | 'ruleHearings' | 'logTail' | 'settings'>

/** How the service itself is doing, for those who run it. */
export function operationRoutes(app: ApiServer, ports: OperationPorts): void {
  pipelineRoute(app, ports)
  hearingRoute(app, ports)
  logRoute(app, ports)
  settingRoute(app, ports)
}

function pipelineRoute(app: ApiServer, { pipeline }: OperationPorts): void {
  if (!pipeline) return
  app.get(
    '/api/v1/pipeline',
    {
      schema: {
        ...{
          tags,
          summary: 'Stages from the arrival of a message to the other side of an output, and the last minutes',
        },
        response: { 200: Pipeline, ...errorAnswers },
      },
    },
    async () => {
      const { atMs, stepMs, stages } = pipeline()
      return { at: toIso(atMs), stepS: stepMs / 1000, stages }
    },
  )
}

function hearingRoute(app: ApiServer, { ruleHearings }: OperationPorts): void {
  if (!ruleHearings) return
  app.get(
    '/api/v1/rule-hearings',
    {
      schema: {
        ...{ tags: ['rules'], summary: 'How much each rule about devices has to judge by, and for how many it fires' },
        response: { 200: pageOf(Hearing), ...errorAnswers },
      },
    },
    async () => ({
      items: ruleHearings().map(
        ({ heardMs, ...rest }): RuleHearingView => ({ ...rest, ...(heardMs !== null && { heardAt: toIso(heardMs) }) }),
      ),
    }),
  )
}

function logRoute(app: ApiServer, { logTail }: OperationPorts): void {
  if (!logTail) return
  app.get(
    '/api/v1/log',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, summary: "The newest lines of the service's log, newest first; memory only" },
        ...{ querystring: LogQuery, response: { 200: pageOf(Line), ...errorAnswers } },
      },
    },
    async ({ query: { level = 'warn', limit = 100, device } }) => ({
      items: logTail.lines({ level, limit, ...(device !== undefined && { device }) }).map(toLineView),
    }),
  )
}

function toLineView({ atMs, ...line }: LogLine) {
  return { ...line, at: toIso(atMs) }
}

function settingRoute(app: ApiServer, { settings }: OperationPorts): void {
  if (!settings) return
  app.get(
    '/api/v1/settings',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, summary: 'Settings that the service runs with, and where each comes from; without secrets' },
        response: { 200: pageOf(SettingSchema), ...errorAnswers },
      },
    },
    async () => ({ items: settings() }),
  )
}
