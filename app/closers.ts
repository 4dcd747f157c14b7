import type { Log } from '../core/log.ts'

/** What was opened, to be closed in reverse order. */
export interface Closers {
  add(close: () => Promise<unknown> | unknown): void
  /** Closes everything once; a close that fails is logged and does not keep the others from closing. */
  closeAll(): Promise<void>
}

export function createClosers(log: Log): Closers {
  const closes: (() => Promise<unknown> | unknown)[] = []
  return {
    add: (close) => closes.push(close),
    async closeAll() {
      for (let close = closes.pop(); close; close = closes.pop()) {
        try {
          await close()
        } catch (err) {
          log.error({ err }, 'could not close cleanly')
        }
      }
    },
  }
}
