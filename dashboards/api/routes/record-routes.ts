import { Type } from 'typebox'
import type { RecordEntry } from '../../../core/observation.ts'
import { isRefusal } from '../../../core/refusal.ts'
import type { RecordView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import type { ApiPorts } from '../ports.ts'
import { bodyWithoutNames, seesNames } from '../private-facts.ts'
import { refusalError } from '../refusal-error.ts'
import { closed, errorAnswers, limitUpTo, MetricName, PositionSchema, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

type RecordPorts = Pick<ApiPorts, 'frontDoor' | 'history'>

const tags = ['records']
const DEFAULT_LIMIT = 100
const RecordSchema = Type.Object({
  recordId: Type.String(),
  recordType: Type.String(),
  source: Type.String(),
  at: Type.String(),
  address: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  body: Type.Record(Type.String(), Type.Unknown()),
})

/** Registers, filings and what residents tell. The front door judges the body, as it does for every wire. */
export function recordRoutes(app: ApiServer, { frontDoor, history }: RecordPorts): void {
  app.post(
    '/api/v1/records',
    {
      config: { needs: 'operate', forDevices: true },
      schema: {
        tags,
        summary: 'File one record',
        body: Type.Unknown(),
        response: { 202: Type.Object({ recordId: Type.String() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const outcome = await frontDoor.record(callerName(request), request.body)
      if (isRefusal(outcome)) throw refusalError(outcome)
      return reply.code(202).send({ recordId: outcome.recordId })
    },
  )
  app.get(
    '/api/v1/records',
    {
      schema: {
        tags,
        summary: 'Records, newest first',
        querystring: Type.Object(
          { type: Type.Optional(MetricName), limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)) },
          closed,
        ),
        response: { 200: pageOf(RecordSchema), ...errorAnswers },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, ...query } = request.query
      const records = await history.records({ ...query, limit })
      const seen = seesNames(request) ? records : records.map((one) => ({ ...one, body: bodyWithoutNames(one) }))
      return { items: seen.map(toRecordView) }
    },
  )
}

function toRecordView({ kind: _, deviceId, atMs, ...record }: RecordEntry): RecordView {
  return { ...record, source: deviceId, at: toIso(atMs) }
}
