import type { Alert } from '../../core/alert.ts'
import type { AlertCommand } from '../../core/alert-command.ts'
import { AppError } from '../../core/errors.ts'
import type { Shelf } from '../../core/quiet.ts'
import { hours } from './silences.ts'

/** The shelf that a command asks for. Throws `bad_request` beyond the maximum, `conflict` for a condition that is over. */
export function toShelf(alert: Alert, command: AlertCommand & { by: string }, nowMs: number, maxMs: number): Shelf {
  const { by, untilMs = nowMs + maxMs, once, comment } = command
  if (alert.historical)
    throw new AppError('conflict', 'an episode of the past cannot be shelved', { alertId: alert.id })
  if (once && alert.state === 'cleared')
    throw new AppError('conflict', 'the condition has ended already', { alertId: alert.id })
  if (untilMs <= nowMs) throw new AppError('bad_request', 'until lies in the past')
  if (untilMs - nowMs > maxMs)
    throw new AppError('bad_request', `an alert may be shelved for ${hours(maxMs)}`, { maxMs })
  return { by, atMs: nowMs, untilMs, ...(once && { once }), ...(comment !== undefined && { reason: comment }) }
}
