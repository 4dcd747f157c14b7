import { createHash } from 'node:crypto'
import type { AlertCommand } from '../core/alert-command.ts'
import type { AlertEvent } from '../core/ledger-entry.ts'

/** What a command says besides its type and alert, as a digest of 16 hex digits. A shelf's end is not in it: it may be made of the moment. */
export function wordsOfCommand({ type, comment, reason, to, external }: AlertCommand): string {
  switch (type) {
    case 'false_alarm':
      return digest(comment, reason)
    case 'assign':
      return digest(comment, to?.department, to?.grid, to?.person)
    case 'hand_over':
      return digest(comment, external?.system, external?.number)
    default:
      return digest(comment)
  }
}

/** The same, of the event that the command caused. */
export function wordsOfEvent({ type, comment, alert }: AlertEvent): string {
  switch (type) {
    case 'alert.false_alarm':
      return digest(comment, alert.falseAlarm?.reason)
    case 'alert.assigned':
      return digest(comment, alert.assigned?.to.department, alert.assigned?.to.grid, alert.assigned?.to.person)
    case 'alert.handed_over':
      return digest(comment, alert.handedOver?.system, alert.handedOver?.number)
    default:
      return digest(comment)
  }
}

function digest(...parts: (string | undefined)[]): string {
  const text = JSON.stringify(parts.map((part) => part ?? null))
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
