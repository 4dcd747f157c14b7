import type { AlertEventView } from '../../core/alert-view.ts'
import { contentOf } from './check-deliveries.ts'
import type { Random } from './random.ts'
import { type Habits, wantsEntry } from './subscriber-habits.ts'
import type { SubscriberRecord } from './testimony.ts'

/** A subscriber in a fault run. */
export interface Subscriber {
  record: SubscriberRecord
  /** Lives by its habits until `calm`, then as a good subscriber does; resolves once it has the curtain. */
  live(): Promise<void>
  calm(): void
  close(): void
  /** Longest time between two events, ms. */
  readonly longestGapMs: number
}

/** What is common to all of them: writing down what comes, and deciding what to acknowledge. */
export function createNotebook(habits: Habits, random: Random, isCurtain: (event: AlertEventView) => boolean) {
  const record: SubscriberRecord = { name: habits.name, wants: wantsEntry(habits), connections: [], deliveries: [] }
  const unacknowledged: number[] = []
  let acknowledged: number | undefined
  let lastCursor: number | undefined
  let lastAtMs = Date.now()
  let longestGapMs = 0
  let isCalm = false
  let sawCurtain = () => {}
  const curtain = new Promise<void>((resolve) => {
    sawCurtain = resolve
  })

  function toAcknowledge(): number | undefined {
    if (isCalm) return unacknowledged.at(-1)
    if (habits.acks === 'never') return undefined
    if (habits.acks === 'late') return unacknowledged.length > 300 ? unacknowledged[100] : undefined
    if (habits.acks === 'shuffled') return random.happens(0.2) ? random.pick(unacknowledged) : undefined
    return random.happens(0.3) ? unacknowledged.at(-1) : undefined
  }

  return {
    record,
    curtain,
    /** A subscription began; returns its index. */
    subscribed(after: number, asked?: number): number {
      const { connections } = record
      const known = acknowledged ?? connections[0]?.after ?? after
      connections.push({ after, acknowledged: known, ...(asked !== undefined && { asked }) })
      return connections.length - 1
    },
    /** Writes an event down and returns the cursor to acknowledge, if it is time. */
    took(connection: number, event: AlertEventView, cursor: number): number | undefined {
      longestGapMs = Math.max(longestGapMs, Date.now() - lastAtMs)
      lastAtMs = Date.now()
      record.deliveries.push({ connection, cursor, id: event.id, content: contentOf(event) })
      lastCursor = Math.max(lastCursor ?? 0, cursor)
      unacknowledged.push(cursor)
      if (unacknowledged.length > 400) unacknowledged.splice(0, 100)
      if (isCurtain(event)) sawCurtain()
      const chosen = toAcknowledge()
      if (chosen !== undefined) acknowledged = Math.max(acknowledged ?? 0, chosen)
      return chosen
    },
    get lastCursor() {
      return lastCursor
    },
    calm() {
      isCalm = true
    },
    get isCalm() {
      return isCalm
    },
    get longestGapMs() {
      return longestGapMs
    },
  }
}
