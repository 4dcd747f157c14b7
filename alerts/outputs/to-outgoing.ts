import { alertEventId, toAlertEventView } from '../../core/alert-view.ts'
import { AppError } from '../../core/errors.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { OutgoingEvent } from '../../core/output.ts'
import type { EventLog } from '../event-log.ts'

export function toOutgoing(ledgerId: string, seq: number, event: AlertEvent): OutgoingEvent {
  return { seq, event, view: toAlertEventView(event, alertEventId(ledgerId, seq)) }
}

/** Throws `not_found` where the ledger has no event at this position. */
export async function readOutgoing(events: EventLog, seq: number): Promise<OutgoingEvent> {
  const [logged] = await events.read(seq - 1, 1)
  if (logged?.seq !== seq || !logged.event) throw new AppError('not_found', 'no such event', { seq })
  return toOutgoing(events.ledgerId, seq, logged.event)
}
