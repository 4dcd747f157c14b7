import type { AlertCommand } from '../core/alert-command.ts'
import { AppError } from '../core/errors.ts'
import { EVENT_OF_COMMAND } from './alert-life.ts'

const MAX_COMMENT = 2000
const MAX_NAME = 200

/** Throws `bad_request` for a command that no alert could obey. */
export function checkCommand(command: AlertCommand & { by: string }): void {
  const { type, alertId, by, comment, expectedVersion, idempotencyKey, untilMs } = command
  if (!Object.hasOwn(EVENT_OF_COMMAND, type))
    throw bad(`type must be one of ${Object.keys(EVENT_OF_COMMAND).join(', ')}`)
  if (!isText(alertId, MAX_NAME)) throw bad('alertId is missing')
  if (!isText(by, MAX_NAME)) throw bad(`by must be 1 to ${MAX_NAME} characters`)
  if (comment !== undefined && !isText(comment, MAX_COMMENT))
    throw bad(`comment must be 1 to ${MAX_COMMENT} characters`)
  if (type === 'comment' && (comment ?? '').trim() === '') throw bad('comment is missing')
  if (untilMs !== undefined && !Number.isFinite(untilMs)) throw bad('until must be a time')
  if (idempotencyKey !== undefined && !isText(idempotencyKey, MAX_NAME))
    throw bad(`idempotencyKey must be 1 to ${MAX_NAME} characters`)
  if (expectedVersion !== undefined && !Number.isInteger(expectedVersion)) throw bad('expectedVersion must be a number')
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength
}

function bad(message: string): AppError {
  return new AppError('bad_request', message)
}
