import { createBoundedQueue } from '../../core/bounded-queue.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'

export interface TaskQueueOptions {
  /** Jobs that may wait. */
  queueLimit: number
  /** How often a job is tried. */
  tries: number
  log: Log
}

/** An answer, or what came of the last try. */
export type JobResult<Answer> = { answer: Answer } | { gaveUp: 'crashed' | 'too_slow' }

/** A job that someone waits for. */
export interface Task<Job, Answer> {
  job: Job
  triesLeft: number
  resolve(result: JobResult<Answer>): void
  reject(error: AppError): void
}

export interface TaskQueue<Job, Answer> {
  /** The answer, or why it was given up. Throws `overloaded` when the queue is full, `stopped` when abandoned. */
  add(job: Job): Promise<JobResult<Answer>>
  /** The next job to be done; it is under way until its answer, its failure or `abandon`. */
  next(): Task<Job, Answer> | undefined
  /** It is tried again unless it was too slow: that costs a thread each time. */
  failed(task: Task<Job, Answer>, failed: 'crashed' | 'too_slow', detail: string): void
  /** All jobs without an answer fail with `stopped`. */
  abandon(): void
  status(): { waiting: number; busy: number }
}

/** Jobs waiting and under way. Those to be tried again go first: they have waited longest. */
export function createTaskQueue<Job, Answer>(options: TaskQueueOptions): TaskQueue<Job, Answer> {
  type T = Task<Job, Answer>
  const queue = createBoundedQueue<T>(options.queueLimit)
  const again: T[] = []
  const underWay = new Set<T>()

  function next(): T | undefined {
    const task = again.shift() ?? queue.shift()
    if (task) underWay.add(task)
    return task
  }

  return {
    next,
    add(job: Job): Promise<JobResult<Answer>> {
      return new Promise((resolve, reject) => {
        const task: T = {
          job,
          triesLeft: options.tries,
          resolve(result) {
            underWay.delete(task)
            resolve(result)
          },
          reject,
        }
        if (!queue.push(task)) reject(new AppError('overloaded', 'too many frames wait for analysis'))
      })
    },
    failed(task, failed, detail) {
      if (!underWay.delete(task)) return
      task.triesLeft--
      options.log.warn({ failed, detail, triesLeft: task.triesLeft }, 'vision job failed')
      if (failed === 'crashed' && task.triesLeft > 0) again.push(task)
      else task.resolve({ gaveUp: failed })
    },
    abandon(): void {
      const stopped = new AppError('stopped', 'vision stopped before the frame was done')
      while (next());
      for (const task of underWay) task.reject(stopped)
      underWay.clear()
    },
    status: () => ({ waiting: queue.size + again.length, busy: underWay.size }),
  }
}
