import type { ResponseTimes } from '../../../core/response-times.ts'
import type { AlertView } from '../../contract.ts'

/**
 * By when somebody has to act: a house that has to be looked at by then, else the acknowledgement that its level asks for.
 * Epoch ms; null where nothing is asked of anybody any more.
 */
export function deadlineOf(alert: AlertView, respondWithinS: ResponseTimes): number | null {
  const { suspicion, acknowledged, quiet, state, raisedAt, severity } = alert
  const visitMs = suspicion?.state === 'likely' && suspicion.visitBy ? Date.parse(suspicion.visitBy) : null
  const answerMs =
    acknowledged || quiet || state === 'cleared' ? null : Date.parse(raisedAt) + respondWithinS[severity] * 1000
  if (visitMs === null || answerMs === null) return visitMs ?? answerMs
  return Math.min(visitMs, answerMs)
}
