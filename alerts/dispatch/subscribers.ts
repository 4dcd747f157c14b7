import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { systemTimers, type Timers } from './timers.ts'

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
  all(): { name: string; acknowledged: number }[]
}

interface SubscribersOptions {
  /** Positions of another ledger mean nothing and are dropped. */
  ledgerId: string
  /** The stored text, or null when there is none yet. */
  load(): Promise<string | null>
  /** Must replace the text in one step. Called again later when it fails. */
  save(text: string): Promise<void>
  log: Log
  timers?: Timers
  /** ms that acknowledgements may wait for the next write. */
  saveAfterMs?: number
  limit?: number
}

interface Stored {
  ledgerId: string
  acknowledged: Record<string, number>
}

export function createSubscribers(options: SubscribersOptions): Subscribers {
  const { ledgerId, load, save, log, timers = systemTimers, saveAfterMs = 250, limit = 1000 } = options
  const acknowledged = new Map<string, number>()
  let dirty = false
  let cancel: (() => void) | undefined
  /** One write at a time, in order. */
  let writing: Promise<void> = Promise.resolve()

  function changed(): void {
    dirty = true
    cancel ??= timers.after(saveAfterMs, () => {
      cancel = undefined
      void flush()
    })
  }

  function disarm(): void {
    cancel?.()
    cancel = undefined
  }

  function flush(): Promise<void> {
    writing = writing.then(async () => {
      if (!dirty) return
      dirty = false
      try {
        await save(JSON.stringify({ ledgerId, acknowledged: Object.fromEntries(acknowledged) } satisfies Stored))
      } catch (err) {
        log.warn({ err }, 'subscriber positions not stored, trying again')
        changed()
      }
    })
    return writing
  }

  return {
    async start() {
      const text = await load()
      if (text === null) return
      const stored = parseStored(text)
      if (stored.ledgerId !== ledgerId) return log.warn({ ledgerId }, 'subscriber positions of another ledger dropped')
      for (const [name, seq] of Object.entries(stored.acknowledged)) acknowledged.set(name, seq)
    },
    async stop() {
      disarm()
      await flush()
      disarm()
    },
    get: (name) => acknowledged.get(name),
    async register(name, seq) {
      if (acknowledged.has(name)) return
      if (acknowledged.size >= limit)
        throw new AppError('too_many_requests', `more than ${limit} subscriber names`, { limit })
      acknowledged.set(name, seq)
      dirty = true
      await flush()
    },
    acknowledge(name, seq) {
      const before = acknowledged.get(name)
      if (before === undefined || seq <= before) return
      acknowledged.set(name, seq)
      changed()
    },
    all: () => [...acknowledged].map(([name, seq]) => ({ name, acknowledged: seq })),
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
