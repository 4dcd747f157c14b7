import type { Assignee, FalseAlarmReason } from './alert-hands.ts'

export const ALERT_COMMANDS = [
  'acknowledge',
  'comment',
  'shelve',
  'unshelve',
  'false_alarm',
  'assign',
  'hand_over',
  /** Takes the acknowledgement and the mark of a false alarm back. */
  'reopen',
] as const
export type AlertCommandType = (typeof ALERT_COMMANDS)[number]

/** What a person asks of one alert. */
export interface AlertCommand {
  type: AlertCommandType
  alertId: string
  /** Up to 2,000 characters. `comment` needs one, the others may bring one; of a shelf it is the reason. */
  comment?: string
  /** `shelve`: until when. At most the configured maximum from now, which is also what holds when it is absent. */
  untilMs?: number
  /** `shelve`: only until the condition ends. */
  once?: boolean
  /** `false_alarm`: needed. */
  reason?: FalseAlarmReason
  /** `assign`: to whom; null takes it from whoever had it. */
  to?: Assignee | null
  /** `hand_over`: needed. */
  external?: { system: string; number: string }
  /** Act only if nothing was told or said of the alert since this version, else `conflict`; see `hasSeenAll`. */
  expectedVersion?: number
  /** The same key again from the same person changes nothing. Up to 200 characters. */
  idempotencyKey?: string
}
