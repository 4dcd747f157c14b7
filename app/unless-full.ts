import { AppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'

const LOOK_EVERY_MS = 250

/** Does work that waits for a journal. Throws `journal_full` as soon as nothing can be stored. */
export type UnlessFull = <T>(work: () => Promise<T>) => Promise<T>

/**
 * A device may wait for its acknowledgement until there is room again; whoever asked by HTTP is told at once. What is on
 * its way then may still be stored later, so the same request again must be harmless, as it is everywhere.
 */
export function createUnlessFull(journal: Journal): UnlessFull {
  const isFull = () => journal.status().state === 'full'
  const full = () => new AppError('journal_full', 'no room on the disk: nothing is stored until there is')
  return (work) => {
    if (isFull()) return Promise.reject(full())
    return new Promise((resolve, reject) => {
      const look = setInterval(() => {
        if (isFull()) reject(full())
      }, LOOK_EVERY_MS)
      work()
        .then(resolve, reject)
        .finally(() => clearInterval(look))
    })
  }
}
