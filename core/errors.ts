/** Every error code of huying: HTTP status, and whether trying again can help. */
export const ERROR_CODES = {
  bad_request: { status: 400, retry: false },
  unauthorized: { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  conflict: { status: 409, retry: false },
  /** A picture whose people cannot be covered before the model has looked. */
  not_analysed: { status: 409, retry: true },
  too_large: { status: 413, retry: false },
  unsupported_media: { status: 415, retry: false },
  too_many_requests: { status: 429, retry: true },
  config_invalid: { status: 500, retry: false },
  rules_invalid: { status: 400, retry: false },
  model_invalid: { status: 500, retry: false },
  journal_corrupt: { status: 500, retry: false },
  journal_full: { status: 507, retry: true },
  journal_failed: { status: 503, retry: true },
  database_unavailable: { status: 503, retry: true },
  overloaded: { status: 503, retry: true },
  folder_locked: { status: 500, retry: false },
  stopped: { status: 503, retry: true },
  /** Another system could not be reached, did not answer in time or has no room now. */
  delivery_failed: { status: 502, retry: true },
  /** Another system will not have it, and would say so again. */
  delivery_refused: { status: 502, retry: false },
  internal: { status: 500, retry: false },
} as const
export type ErrorCode = keyof typeof ERROR_CODES

/** The one error class. A stranger sees `code` and `message`; the log sees `cause` as well. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** Wraps anything thrown as an AppError, `internal` unless it already is one. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('internal', 'internal error', {}, { cause: thrown })
}
