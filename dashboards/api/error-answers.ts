import type { FastifyError, FastifyRequest } from 'fastify'
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { ErrorBody } from '../contract.ts'
import type { ApiServer } from './api-server.ts'

const RETRY_AFTER_S = 2
/** Fastify's own refusals, by the status they carry. */
const CODE_BY_STATUS: Record<number, ErrorCode> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'too_large',
  415: 'unsupported_media',
  429: 'too_many_requests',
}

/** Gives every failure one body; a stranger sees code and message, the log sees the cause. */
export function answerErrors(app: ApiServer, log: Log): void {
  app.setErrorHandler((thrown: FastifyError | AppError, request, reply) => {
    const error = thrown instanceof AppError ? thrown : fromFastify(thrown)
    const { status, retry } = ERROR_CODES[error.code]
    logIt(log, error, request)
    reply.code(status).header('x-request-id', request.id)
    if (retry) reply.header('retry-after', RETRY_AFTER_S)
    if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="huying"')
    return reply.send(toErrorBody(error))
  })
  app.setNotFoundHandler((request) => {
    throw new AppError('not_found', 'no such address', { method: request.method, path: request.url.split('?', 1)[0] })
  })
}

export function toErrorBody(error: AppError): ErrorBody {
  const { code, message, details } = error
  return { error: { code, message, ...(Object.keys(details).length > 0 && { details }) } }
}

function logIt(log: Log, error: AppError, request: FastifyRequest): void {
  if (ERROR_CODES[error.code].status < 500) return
  const facts = { requestId: request.id, method: request.method, route: request.routeOptions.url, err: error }
  if (ERROR_CODES[error.code].retry) log.warn(facts, 'request could not be served')
  else log.error(facts, 'request failed')
}

function fromFastify(error: FastifyError): AppError {
  if (error.validation !== undefined) return fromValidation(error)
  const code = CODE_BY_STATUS[error.statusCode ?? 500]
  if (code === undefined) return new AppError('internal', 'internal error', {}, { cause: error })
  return new AppError(code, error.message, {}, { cause: error })
}

/** Names every fault of one part of the request, unknown keys first. */
function fromValidation(error: FastifyError): AppError {
  const part = error.validationContext ?? 'request'
  const faults: string[] = []
  for (const { keyword, instancePath, params, message } of error.validation ?? []) {
    const extra = params.additionalProperties
    const missing = params.requiredProperties
    if (Array.isArray(extra)) faults.unshift(...extra.map((key) => `unknown key ${String(key)}`))
    else if (Array.isArray(missing)) faults.push(...missing.map((key) => `missing key ${String(key)}`))
    else if (keyword !== 'boolean') faults.push(`${instancePath.slice(1) || part} ${message}${allowedOf(params)}`)
  }
  return new AppError('bad_request', `${part}: ${faults.join('; ')}`, { part, faults })
}

function allowedOf(params: Record<string, unknown>): string {
  return Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : ''
}
