import { setTimeout as wait } from 'node:timers/promises'
import { AppError, ERROR_CODES, toAppError } from '../../core/errors.ts'

const RETRY_MS = { first: 100, most: 5000 }

/** Tries again, each time after a longer wait, while the error's code says that this can help. Throws `stopped` when aborted. */
export async function withRetries<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(RETRY_MS.most, waitMs * 2)) {
    if (signal.aborted) throw new AppError('stopped', 'the simulation was stopped')
    try {
      return await attempt()
    } catch (thrown) {
      const error = toAppError(thrown)
      if (signal.aborted || !ERROR_CODES[error.code].retry) throw error
    }
    await wait(waitMs, undefined, { signal }).catch(() => {})
  }
}

/** Does the work for all items, `atOnce` at a time, in order of beginning. The first failure is thrown once all workers rest. */
export async function inBatches<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  let failure: { thrown: unknown } | null = null
  async function worker(): Promise<void> {
    while (failure === null && next < items.length) {
      const item = items[next++]!
      try {
        await work(item)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const failed = failure as { thrown: unknown } | null
  if (failed !== null) throw failed.thrown
}
