import type { AlertCommand } from '../core/alert-command.ts'
import { FALSE_ALARM_REASONS } from '../core/alert-hands.ts'
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
  checkHands(command)
}

/** What false alarms, assignments and hand-overs need. */
function checkHands({ type, reason, to, external }: AlertCommand): void {
  if (type === 'false_alarm' && !Object.hasOwn(FALSE_ALARM_REASONS, reason ?? ''))
    throw bad(`reason must be one of ${Object.keys(FALSE_ALARM_REASONS).join(', ')}`)
  if (type === 'hand_over' && !(isText(external?.system, MAX_NAME) && isText(external?.number, MAX_NAME)))
    throw bad(`external needs system and number, of 1 to ${MAX_NAME} characters`)
  if (type === 'assign') checkAssignee(to)
}

function checkAssignee(to: AlertCommand['to']): void {
  if (to === undefined) throw bad('to is missing: to whom, or null')
  if (to === null) return
  const named = [to.department, to.grid, to.person].filter((name) => name !== undefined)
  if (named.length === 0) throw bad('to needs a department, a grid or a person')
  if (!named.every((name) => isText(name, MAX_NAME))) throw bad(`names in to must have 1 to ${MAX_NAME} characters`)
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength
}

function bad(message: string): AppError {
  return new AppError('bad_request', message)
}
