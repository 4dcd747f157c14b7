import type { Alert } from '../../../core/alert.ts'
import type { AlertEvent, AlertEventType } from '../../../core/ledger-entry.ts'
import type { Memo, OutgoingEvent } from '../../../core/output.ts'
import { headline } from '../words.ts'

/** One CAP message about an alert, as later ones refer to it (CAP 1.2, 3.2.1 `references`). */
export interface SentMessage {
  /** Position of its event in the ledger. */
  seq: number
  identifier: string
  /** As written in it. */
  sent: string
  msgType: 'Alert' | 'Update' | 'Cancel'
  /** What it says in one line. */
  title?: string
}

/** The messages about one alert, oldest first; the first and the newest are kept. */
export interface Thread extends Memo {
  messages: SentMessage[]
}

const MOST_MESSAGES = 40

/** Changes that the outside has to do with; who acknowledged or commented is our own affair. */
const TAKEN = new Set<AlertEventType>([
  'alert.raised',
  'alert.updated',
  'alert.cleared',
  'alert.repeated',
  'alert.unquieted',
  'alert.false_alarm',
  'alert.reopened',
])

export function isForCap({ type }: AlertEvent): boolean {
  return TAKEN.has(type)
}

/**
 * The message for an event after those of `before`: an Alert first, then Updates, a Cancel when it is over or was a false alarm, and an
 * Alert again if it comes back after that. Null when there is nothing to cancel.
 */
export function nextMessage(
  { seq, event, view }: OutgoingEvent,
  before: Thread | undefined,
  sent: string,
): SentMessage | null {
  const isRunning = references(before).length > 0
  const message = { seq, identifier: view.id, sent, title: headline(event.alert, 'zh') }
  if (!isOver(event.alert)) return { ...message, msgType: isRunning ? 'Update' : 'Alert' }
  return isRunning ? { ...message, msgType: 'Cancel' } : null
}

/** The thread with one message more; the same event twice is one message. */
export function withMessage(before: Thread | undefined, message: SentMessage): Thread {
  const others = (before?.messages ?? []).filter(({ seq }) => seq !== message.seq)
  const messages = [...others, message].sort((a, b) => a.seq - b.seq)
  const [first] = messages
  if (messages.length <= MOST_MESSAGES || !first) return { messages }
  return { messages: [first, ...messages.slice(-(MOST_MESSAGES - 1))] }
}

/** Messages that are still in force: those since the last Cancel. */
export function references(thread: Thread | undefined): SentMessage[] {
  const messages = thread?.messages ?? []
  const cancelled = messages.findLastIndex(({ msgType }) => msgType === 'Cancel')
  return messages.slice(cancelled + 1)
}

export function isOver({ state, falseAlarm }: Alert): boolean {
  return state === 'cleared' || falseAlarm !== undefined
}
