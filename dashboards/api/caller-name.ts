import type { FastifyRequest } from 'fastify'

/** The name that the ledger remembers for what this request does. */
export function callerName(request: FastifyRequest): string {
  return request.caller?.name ?? 'anonymous'
}
