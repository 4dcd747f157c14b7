import { Type } from 'typebox'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, Sha256 } from '../schemas.ts'
import { sendEvidence } from '../send-evidence.ts'

/** Files that prove something, by the digest that an alert or a frame names. */
export function evidenceRoutes(app: ApiServer, { evidence }: Pick<ApiPorts, 'evidence'>): void {
  app.get(
    '/api/v1/evidence/:sha256',
    {
      schema: {
        tags: ['evidence'],
        summary: 'One file of evidence',
        params: Type.Object({ sha256: Sha256 }, closed),
        produces: ['image/jpeg'],
      },
    },
    async ({ params }, reply) => sendEvidence(reply, evidence, params.sha256),
  )
}
