import { type AlertEvent, isAlertEvent } from '../../core/ledger-entry.ts'
import type { CommandRecord, Testimony } from './testimony.ts'

/** What was answered `ok` is in the history, and nothing is in it twice, however often it was asked. */
export function checkCommands({ ledger, commands }: Testimony): string[] {
  const events = ledger.records.map(({ entry }) => entry).filter(isAlertEvent)
  const byKey = new Map<string, AlertEvent[]>()
  for (const event of events) {
    const { idempotencyKey: key } = event
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), event])
  }
  const acknowledged = new Set(events.filter(({ type }) => type === 'alert.acknowledged').map(({ alert }) => alert.id))
  return commands.flatMap((command) => {
    const fault = faultOf(command, byKey.get(command.key) ?? [], acknowledged)
    return fault === null ? [] : [`command ${command.key} (${command.type} ${command.alertId}): ${fault}`]
  })
}

function faultOf(
  { alertId, type, answers }: CommandRecord,
  entries: AlertEvent[],
  acknowledged: Set<string>,
): string | null {
  if (entries.length > 1) return `is in the history ${entries.length} times`
  if (entries.some(({ alert }) => alert.id !== alertId)) return `is in the history of ${entries[0]?.alert.id}`
  if (entries.length === 1 || !answers.includes('ok')) return null
  // Whoever acknowledges what is acknowledged is told that it is, and nothing is written.
  if (type === 'acknowledge' && acknowledged.has(alertId)) return null
  return 'was answered ok and is not in the history'
}
