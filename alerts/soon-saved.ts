import { systemTimers, type Timers } from '../core/timers.ts'

/** A text that is stored soon after it changed, one write at a time, and again where that fails. */
export interface SoonSaved {
  /** `take` makes the text in the moment in which it is stored. */
  changed(take: () => string): void
  /** Resolves after one attempt to store what `changed` was told last. */
  flush(): Promise<void>
  /** Stores what is not stored yet. May be called twice. */
  stop(): Promise<void>
}

export function createSoonSaved(options: {
  /** Must replace the text in one step. Called again later when it fails. */
  save(text: string): Promise<void>
  onFailure(err: unknown): void
  timers?: Timers
  /** ms that changes may wait for the next write. */
  saveAfterMs?: number
}): SoonSaved {
  const { save, onFailure, timers = systemTimers, saveAfterMs = 250 } = options
  let latest: (() => string) | null = null
  let cancel: (() => void) | undefined
  /** One write at a time, in order. */
  let writing: Promise<void> = Promise.resolve()

  function changed(take: () => string): void {
    latest = take
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
      const take = latest
      if (!take) return
      latest = null
      try {
        await save(take())
      } catch (err) {
        onFailure(err)
        changed(latest ?? take)
      }
    })
    return writing
  }

  return {
    changed,
    flush,
    async stop() {
      disarm()
      await flush()
      disarm()
    },
  }
}
