import { Type } from 'typebox'
import { WordsSchema } from '../../../core/alert-schema.ts'
import { AppError } from '../../../core/errors.ts'
import { RESPONSE_TIMES } from '../../../core/response-times.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import type { ApiServer } from '../api-server.ts'
import { seesOriginals } from '../authenticate.ts'
import type { ApiPorts } from '../ports.ts'
import { errorAnswers } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const Session = Type.Object({
  name: Type.String(),
  rights: Type.Enum(['view', 'operate', 'admin']),
  originals: Type.Boolean({ description: 'May see pictures as the camera took them, people and all' }),
  title: WordsSchema,
  timeZone: Type.String(),
  serverTime: Type.String(),
  departments: Type.Array(Type.String(), { description: 'Names of those that alerts are given to' }),
  respondWithinS: Type.Record(Type.Enum([...SEVERITIES]), Type.Number(), {
    description: 'Within what time an alert has to be acknowledged, seconds by severity',
  }),
})

/** Who the caller is: what the page asks first. */
export function sessionRoutes(
  app: ApiServer,
  ports: Pick<ApiPorts, 'title' | 'timeZone' | 'clock' | 'departments' | 'respondWithinS'>,
): void {
  app.get(
    '/api/v1/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Who am I, and what may I do',
        response: { 200: Session, ...errorAnswers },
      },
    },
    async ({ caller }) => {
      if (caller?.kind !== 'client') throw new AppError('unauthorized', 'a valid token is needed')
      const { name, rights } = caller
      const { title, timeZone, clock, departments = [], respondWithinS = RESPONSE_TIMES } = ports
      const serverTime = toIso(clock.nowMs())
      const who = { name, rights, originals: seesOriginals(caller) }
      return { ...who, title, timeZone, serverTime, departments, respondWithinS }
    },
  )
}
