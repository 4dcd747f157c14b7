import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { DeliveryEvent } from '../../core/ledger-entry.ts'
import type { OutgoingEvent } from '../../core/output.ts'
import type { DeadLetter } from '../../core/output-desk.ts'
import type { EventLog } from '../event-log.ts'
import { readOutgoing } from './to-outgoing.ts'

interface DeadLetterOptions {
  events: EventLog
  output: string
  /** Letters on the list; the oldest leaves it, the ledger keeps it all the same. */
  limit: number
  write(entry: DeliveryEvent, onCommitted: () => void): void
  clock: Clock
}

/** What one output was given up on for, by position. Each that comes or is tried again is a ledger entry before it counts. */
export function createDeadLetters({ events, output, limit, write, clock }: DeadLetterOptions) {
  let letters = new Map<number, DeadLetter>()
  let dropped = 0
  let isReplaying = false

  function written(entry: Omit<DeliveryEvent, 'atMs' | 'output'>): Promise<void> {
    return new Promise((resolve) => write({ ...entry, atMs: clock.nowMs(), output }, resolve))
  }

  const eventOf = (seq: number) => readOutgoing(events, seq)

  function put(letter: DeadLetter): void {
    letters.delete(letter.seq)
    letters.set(letter.seq, letter)
    const [oldest] = letters.keys()
    if (letters.size <= limit || oldest === undefined) return
    letters.delete(oldest)
    dropped++
  }

  /** A letter on the list, or one made again of an event that only the ledger knows. */
  async function letterOf(id: string): Promise<DeadLetter> {
    const listed = [...letters.values()].find((letter) => letter.id === id)
    if (listed) return listed
    const seq = id.startsWith(`${events.ledgerId}-`) ? Number(id.slice(events.ledgerId.length + 1)) : Number.NaN
    if (!Number.isSafeInteger(seq) || seq < 1) throw new AppError('not_found', 'no such event', { id })
    const { event, view } = await eventOf(seq)
    const facts = { atMs: clock.nowMs(), attempts: 0, code: '', reason: '' }
    return { id: view.id, seq, alertId: event.alert.id, type: event.type, ...facts }
  }

  return {
    get size() {
      return letters.size
    },
    newestFirst: () => [...letters.values()].reverse(),
    snapshot: () => ({ list: [...letters.values()], dropped }),
    restore(list: DeadLetter[], droppedBefore: number) {
      letters = new Map(list.map((letter) => [letter.seq, letter]))
      dropped = droppedBefore
    },
    eventOf,
    /** Resolves when the ledger has it. */
    async add({ seq, event, view }: OutgoingEvent, attempts: number, { code, message }: AppError): Promise<void> {
      const alertId = event.alert.id
      await written({ type: 'delivery.given_up', eventSeq: seq, alertId, reason: `${code}: ${message}` })
      put({ id: view.id, seq, alertId, type: event.type, atMs: clock.nowMs(), attempts, code, reason: message })
    },
    /** Orders another attempt at these, or at all. Throws `not_found` before anything is ordered. */
    async order(ids: readonly string[] | null, by: string): Promise<number> {
      const wanted = ids === null ? [...letters.values()] : await Promise.all([...new Set(ids)].map(letterOf))
      const fresh = wanted.filter((letter) => !letters.get(letter.seq)?.isReplaying)
      await Promise.all(
        fresh.map(({ seq, alertId }) => written({ type: 'delivery.replayed', eventSeq: seq, alertId, by })),
      )
      for (const letter of fresh) put({ ...letter, isReplaying: true })
      return fresh.length
    },
    /** The oldest that is to be tried again, one at a time; `replayEnded` lets the next one come. */
    nextReplay(): DeadLetter | undefined {
      if (isReplaying) return undefined
      const next = [...letters.values()].sort((a, b) => a.seq - b.seq).find((letter) => letter.isReplaying)
      isReplaying = next !== undefined
      return next
    },
    replayEnded() {
      isReplaying = false
    },
    remove: ({ seq }: DeadLetter) => void letters.delete(seq),
    /** Stays on the list and is not tried again. */
    rest({ isReplaying: _, ...letter }: DeadLetter) {
      letters.set(letter.seq, letter)
    },
  }
}
