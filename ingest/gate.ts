import { AppError } from '../core/errors.ts'

/** Lets a few tasks run at a time and a few more wait. */
export interface Gate {
  /** Runs the task when there is room, in order of asking. Throws `overloaded` at once when too many wait. */
  run<T>(task: () => Promise<T>): Promise<T>
  readonly waiting: number
  /** Turned away so far. */
  readonly refused: number
}

export function createGate(running: number, waiting: number, refusal = 'too many pictures at once'): Gate {
  let free = running
  let refused = 0
  const queue: (() => void)[] = []
  return {
    async run(task) {
      if (free === 0 && queue.length >= waiting) {
        refused++
        throw new AppError('overloaded', refusal)
      }
      if (free > 0) free--
      else await new Promise<void>((resolve) => queue.push(resolve))
      try {
        return await task()
      } finally {
        // The place goes straight to the next in line; only without one it becomes free.
        const next = queue.shift()
        if (next) next()
        else free++
      }
    },
    get waiting() {
      return queue.length
    },
    get refused() {
      return refused
    },
  }
}
