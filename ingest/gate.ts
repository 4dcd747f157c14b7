import { AppError } from '../core/errors.ts'

/** Lets a few tasks run at a time and a few more wait. */
export interface Gate {
  /** Runs the task when there is room, in order of asking. Throws `overloaded` at once when too many wait. */
  run<T>(task: () => Promise<T>): Promise<T>
}

export function createGate(running: number, waiting: number): Gate {
  let free = running
  const queue: (() => void)[] = []
  return {
    async run(task) {
      if (free === 0 && queue.length >= waiting) throw new AppError('overloaded', 'too many pictures at once')
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
  }
}
