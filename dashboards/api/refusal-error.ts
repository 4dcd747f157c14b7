import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { Refusal } from '../../core/refusal.ts'

const CODES: Partial<Record<Refusal['refused'], ErrorCode>> = {
  unknown_device: 'not_found',
  bad_token: 'unauthorized',
  topic_not_allowed: 'forbidden',
  too_large: 'too_large',
  not_a_jpeg: 'unsupported_media',
  rate_limited: 'too_many_requests',
  overloaded: 'overloaded',
}

/** A refusal as the error that an HTTP client gets; `details.reason` is the same word that `/api/v1/refusals` counts. */
export function refusalError(refusal: Refusal): AppError {
  return new AppError(CODES[refusal.refused] ?? 'bad_request', refusal.detail, { reason: refusal.refused })
}
