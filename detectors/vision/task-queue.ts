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

/** A job that someone waits for. */
export interface Task<Job, Answer> {
  job: Job
  triesLeft: number
  resolve(answer: Answer | null): void
  reject(error: AppError): void
}

export interface TaskQueue<Job, Answer> {
  /** The answer, or null when every try failed. Throws `overloaded` when the queue is full, `stopped` when abandoned. */
  add(job: Job): Promise<Answer | null>
  /** The next job to be done; it is under way until its answer, its failure or `abandon`. */
  next(): Task<Job, Answer> | undefined
  failed(task: Task<Job, Answer>, reason: string): void
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
    add(job: Job): Promise<Answer | null> {
      return new Promise((resolve, reject) => {
        const task: T = {
          job,
          triesLeft: options.tries,
          resolve(answer) {
            underWay.delete(task)
            resolve(answer)
          },
          reject,
        }
        if (!queue.push(task)) reject(new AppError('overloaded', 'too many frames wait for analysis'))
      })
    },
    failed(task: T, reason: string): void {
      if (!underWay.delete(task)) return
      task.triesLeft--
      options.log.warn({ reason, triesLeft: task.triesLeft }, 'vision job failed')
      if (task.triesLeft > 0) again.push(task)
      else task.resolve(null)
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
