import type { EventLog } from '../event-log.ts'
import { parseCursor } from './cursor.ts'
import type { Subscribers } from './subscribers.ts'

/**
 * Position after which a subscription starts. Absent: where the name last acknowledged; a name never seen starts at the
 * latest, and is remembered there. A position whose successors are no longer stored is refused, not skipped over.
 */
export function resolveStart(
  { after, subscriber, ledger }: { after?: string; subscriber?: string; ledger?: string },
  events: Pick<EventLog, 'earliest' | 'latest' | 'ledgerId'>,
  subscribers: Pick<Subscribers, 'get'>,
): { after: number } | { badCursor: string } {
  if (after === 'earliest') return { after: events.earliest }
  if (after === 'latest') return { after: events.latest }
  if (after !== undefined && ledger !== undefined && ledger !== events.ledgerId)
    return { badCursor: `the cursor is of another ledger than this, ${events.ledgerId}` }
  const remembered = subscriber === undefined ? undefined : subscribers.get(subscriber)
  const seq = after === undefined ? (remembered ?? events.latest) : parseCursor(after)
  if (seq === null) return { badCursor: 'after must be latest, earliest or a cursor' }
  if (seq > events.latest) return { badCursor: `cursor ${seq} lies after the end, ${events.latest}` }
  if (seq < events.earliest)
    return { badCursor: `what follows cursor ${seq} is no longer stored; the earliest is ${events.earliest}` }
  return { after: seq }
}
