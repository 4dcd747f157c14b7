import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Memo } from '../../core/output.ts'
import type { DeadLetter, OutputState } from '../../core/output-desk.ts'
import type { Timers } from '../../core/timers.ts'
import { createSoonSaved } from '../soon-saved.ts'

/** What an output must not forget. */
export interface OutboxMemory {
  /** Last position of the ledger that it is done with. */
  cursor: number
  /** Alerts that it has told of and that were open at the cursor. */
  told: Map<string, Memo>
  /** Oldest first. */
  letters: DeadLetter[]
  /** Letters that left the full list. */
  dropped: number
  failing?: OutputState['failing']
}

/** Where an output's memory lies. */
export interface OutboxStore {
  /** Null when there is none, or one of another ledger. Throws `journal_corrupt` when it is not what was written. */
  load(): Promise<OutboxMemory | null>
  /** Taken and stored soon after; what a crash loses of it is delivered again. */
  changed(take: () => OutboxMemory): void
  /** Resolves when what `changed` was told last is stored, after one attempt. */
  flush(): Promise<void>
  stop(): Promise<void>
}

interface StoreOptions {
  /** Of whom, for the log. */
  output: string
  ledgerId: string
  /** The stored text, or null when there is none yet. */
  load(): Promise<string | null>
  /** Must replace the text in one step. Called again later when it fails. */
  save(text: string): Promise<void>
  log: Log
  timers?: Timers
  /** ms that changes may wait for the next write. */
  saveAfterMs?: number
}

export function createOutboxStore(options: StoreOptions): OutboxStore {
  const { output, ledgerId, load, save, log, timers, saveAfterMs } = options
  const saved = createSoonSaved({
    save,
    ...(timers && { timers }),
    ...(saveAfterMs !== undefined && { saveAfterMs }),
    onFailure: (err) => log.warn({ err, output }, 'state of an output not stored, trying again'),
  })

  return {
    async load() {
      const text = await load()
      if (text === null) return null
      const { ledgerId: of, memory } = decode(text, output)
      if (of === ledgerId) return memory
      log.warn({ output, ledgerId }, 'state of an output for another ledger dropped')
      return null
    },
    changed: (take) => saved.changed(() => encode(ledgerId, take())),
    flush: saved.flush,
    stop: saved.stop,
  }
}

function encode(ledgerId: string, { told, ...memory }: OutboxMemory): string {
  return JSON.stringify({ ledgerId, ...memory, told: Object.fromEntries(told) })
}

function decode(text: string, output: string): { ledgerId: string; memory: OutboxMemory } {
  try {
    const { ledgerId, told, ...memory } = JSON.parse(text) as Omit<OutboxMemory, 'told'> & {
      ledgerId: string
      told: Record<string, Memo>
    }
    if (Number.isSafeInteger(memory.cursor) && memory.cursor >= 0 && Array.isArray(memory.letters))
      return { ledgerId, memory: { ...memory, told: new Map(Object.entries(told)) } }
  } catch (cause) {
    throw new AppError('journal_corrupt', 'stored state of an output cannot be read', { output }, { cause })
  }
  throw new AppError('journal_corrupt', 'stored state of an output is not one', { output })
}
