import { Type } from 'typebox'
import { isRefusal } from '../../../core/refusal.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { refusalError } from '../refusal-error.ts'
import { closed, DeviceId, errorAnswers } from '../schemas.ts'
import { senderOf } from '../sender-of.ts'

const FlightById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed)

/** What a pilot, or a drone without a dock, says of a flight. The front door judges the body, as it does for every wire. */
export function flightNewsRoutes(app: ApiServer, { frontDoor }: Pick<ApiPorts, 'frontDoor'>): void {
  app.post(
    '/api/v1/flights/:id/news',
    {
      config: { needs: 'operate', forDevices: true },
      schema: {
        tags: ['flights'],
        summary: 'Say that a flight began, ended, gets on, is flown by hand, or how many pictures it took',
        params: FlightById,
        querystring: Type.Object({ device: Type.Optional(DeviceId) }, closed),
        body: Type.Unknown(),
        response: { 202: Type.Object({ flightId: Type.String() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const device = senderOf(request, request.query.device)
      const outcome = await frontDoor.news(device, id, request.body)
      if (isRefusal(outcome)) throw refusalError(outcome)
      return reply.code(202).send({ flightId: id })
    },
  )
}
