import { type Clock, systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Timers } from '../../core/timers.ts'
import { createSoonSaved } from '../soon-saved.ts'

/** What is remembered of a name. */
export interface Subscriber {
  name: string
  /** Ledger position that it acknowledged. */
  acknowledged: number
  /** When it last subscribed, acknowledged or left. Unknown of names from before this was written down. */
  seenMs?: number
}

/** How far each named subscriber has acknowledged. */
export interface Subscribers {
  /** Reads what was stored. Throws `journal_corrupt` when it is not what was written. */
  start(): Promise<void>
  /** Stores what is not stored yet. May be called twice. */
  stop(): Promise<void>
  /** Acknowledged ledger position, undefined for a name never seen. */
  get(name: string): number | undefined
  /**
   * Remembers a new name at `seq`, from when on nothing can be lost for it. Resolves after one attempt to store it; a
   * name that is known already stays where it is. Throws `too_many_requests` when there are too many names.
   */
  register(name: string, seq: number): Promise<void>
  /** Moves forward, never backwards. Stored soon after; the last moments before a crash may be delivered again. */
  acknowledge(name: string, seq: number): void
  /** It is there at this moment. */
  seen(name: string): void
  /** Forgets a name. Resolves after one attempt to store that. */
  remove(name: string): Promise<void>
  all(): Subscriber[]
}

interface SubscribersOptions {
  /** Positions of another ledger mean nothing and are dropped. */
  ledgerId: string
  /** Last position of the ledger: nobody can have acknowledged more, except of what a restored ledger no longer has. */
  latest: number
  /** The stored text, or null when there is none yet. */
  load(): Promise<string | null>
  /** Must replace the text in one step. Called again later when it fails. */
  save(text: string): Promise<void>
  log: Log
  clock?: Clock
  timers?: Timers
  /** ms that acknowledgements may wait for the next write. */
  saveAfterMs?: number
  limit?: number
}

interface Stored {
  ledgerId: string
  acknowledged: Record<string, number>
  /** Absent in files of earlier versions. */
  seenMs?: Record<string, number>
}

export function createSubscribers(options: SubscribersOptions): Subscribers {
  const { ledgerId, latest, load, save, log, clock = systemClock } = options
  const { timers, saveAfterMs, limit = 1000 } = options
  const acknowledged = new Map<string, number>()
  const seenMs = new Map<string, number>()
  const saved = createSoonSaved({
    save,
    ...(timers && { timers }),
    ...(saveAfterMs !== undefined && { saveAfterMs }),
    onFailure: (err) => log.warn({ err }, 'subscriber positions not stored, trying again'),
  })
  const changed = () => saved.changed(() => JSON.stringify(toStored()))

  function toStored(): Stored {
    return { ledgerId, acknowledged: Object.fromEntries(acknowledged), seenMs: Object.fromEntries(seenMs) }
  }

  return {
    async start() {
      const text = await load()
      if (text === null) return
      const stored = parseStored(text)
      if (stored.ledgerId !== ledgerId) return log.warn({ ledgerId }, 'subscriber positions of another ledger dropped')
      for (const [name, seq] of Object.entries(stored.acknowledged)) {
        if (seq > latest) log.warn({ name, acknowledged: seq, latest }, 'the ledger is older than its subscribers')
        acknowledged.set(name, Math.min(seq, latest))
      }
      for (const [name, atMs] of Object.entries(stored.seenMs ?? {})) seenMs.set(name, atMs)
    },
    stop: saved.stop,
    get: (name) => acknowledged.get(name),
    async register(name, seq) {
      if (acknowledged.has(name)) return
      if (acknowledged.size >= limit)
        throw new AppError('too_many_requests', `more than ${limit} subscriber names`, { limit })
      acknowledged.set(name, seq)
      seenMs.set(name, clock.nowMs())
      changed()
      await saved.flush()
    },
    acknowledge(name, seq) {
      const before = acknowledged.get(name)
      if (before === undefined || seq <= before) return
      acknowledged.set(name, seq)
      seenMs.set(name, clock.nowMs())
      changed()
    },
    seen(name) {
      if (!acknowledged.has(name)) return
      seenMs.set(name, clock.nowMs())
      changed()
    },
    async remove(name) {
      if (!acknowledged.delete(name)) return
      seenMs.delete(name)
      changed()
      await saved.flush()
    },
    all: () =>
      [...acknowledged].map(([name, seq]) => {
        const atMs = seenMs.get(name)
        return { name, acknowledged: seq, ...(atMs !== undefined && { seenMs: atMs }) }
      }),
  }
}

function parseStored(text: string): Stored {
  try {
    const stored = JSON.parse(text) as Stored
    const positions = Object.values(stored.acknowledged)
    if (positions.every((seq) => Number.isSafeInteger(seq) && seq >= 0)) return stored
  } catch (cause) {
    throw new AppError('journal_corrupt', 'stored subscriber positions cannot be read', {}, { cause })
  }
  throw new AppError('journal_corrupt', 'stored subscriber positions are not positions')
}
