import { alertEventId, toAlertEventView } from '../../core/alert-view.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { OutgoingEvent } from '../../core/output.ts'

export function toOutgoing(ledgerId: string, seq: number, event: AlertEvent): OutgoingEvent {
  return { seq, event, view: toAlertEventView(event, alertEventId(ledgerId, seq)) }
}
