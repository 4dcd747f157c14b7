import { AppError } from '../../core/errors.ts'
import type { LogName } from './drain.ts'

/** Those who wait until the database has stored a position. */
export interface DrainWaiters {
  wait(log: LogName, seq: number, drainedSeq: number): Promise<void>
  drained(positions: Record<LogName, number>): void
  /** Rejects everybody left, and all who come later, with `stopped`. */
  stop(): void
}

export function createDrainWaiters(): DrainWaiters {
  let waiting: { log: LogName; seq: number; resolve: () => void; reject: (error: AppError) => void }[] = []
  let isStopped = false
  return {
    wait(log, seq, drainedSeq) {
      if (drainedSeq >= seq) return Promise.resolve()
      if (isStopped) return Promise.reject(new AppError('stopped', 'the database is closed'))
      return new Promise((resolve, reject) => waiting.push({ log, seq, resolve, reject }))
    },
    drained(positions) {
      const isDone = ({ log, seq }: { log: LogName; seq: number }) => positions[log] >= seq
      for (const waiter of waiting.filter(isDone)) waiter.resolve()
      waiting = waiting.filter((waiter) => !isDone(waiter))
    },
    stop() {
      isStopped = true
      for (const { reject } of waiting) reject(new AppError('stopped', 'the database is closed'))
      waiting = []
    },
  }
}
