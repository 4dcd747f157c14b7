import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import type { WorkerMessage } from './worker-protocol.ts'

export interface SeatOptions {
  /** Compiled file of the thread; it speaks `WorkerMessage`. */
  script: URL
  workerData: unknown
  /** A worker that takes longer for one job is ended. */
  jobTimeoutMs: number
}

/** What became of a job: an answer, or why there is none. */
export type JobOutcome<Answer> = { answer: Answer } | { failed: string }

/** One thread that does one job at a time. */
export interface WorkerSeat<Job, Answer> {
  /** Rejects with what the thread said of its inability, or `internal` when it ended without a word. */
  ready: Promise<void>
  /** Resolves when the thread has ended, for whatever reason. */
  ended: Promise<void>
  readonly alive: boolean
  /** Never rejects. Only once `ready`, and not before the last outcome is there. */
  give(job: Job): Promise<JobOutcome<Answer>>
  end(): Promise<void>
}

/** Starts a thread. */
export function openWorkerSeat<Job, Answer>(options: SeatOptions): WorkerSeat<Job, Answer> {
  const worker = new Worker(options.script, { workerData: options.workerData })
  const ready = deferred()
  const ended = deferred()
  let alive = true
  let settle: ((outcome: JobOutcome<Answer>) => void) | null = null
  let lastError = ''

  function answer(outcome: JobOutcome<Answer>): void {
    settle?.(outcome)
    settle = null
  }

  worker.on('message', (message: WorkerMessage<Answer>) => {
    if (message.type === 'ready') ready.resolve()
    else if (message.type === 'unfit') ready.reject(new AppError(message.code, message.message, message.details))
    else answer(message.type === 'done' ? { answer: message.answer } : { failed: message.message })
  })
  worker.on('error', (error) => {
    lastError = String(error)
  })
  worker.on('exit', (exitCode) => {
    alive = false
    ready.reject(new AppError('internal', 'a vision worker ended before it was ready', { exitCode, lastError }))
    answer({ failed: `worker ended with exit code ${exitCode} ${lastError}`.trim() })
    ended.resolve()
  })

  return {
    ready: ready.promise,
    ended: ended.promise,
    get alive() {
      return alive
    },
    give(job) {
      return new Promise((resolve) => {
        if (!alive) return resolve({ failed: 'worker has ended' })
        const deadline = setTimeout(() => void worker.terminate(), options.jobTimeoutMs)
        settle = (outcome) => {
          clearTimeout(deadline)
          resolve(outcome)
        }
        worker.postMessage(job)
      })
    },
    async end() {
      await worker.terminate()
    },
  }
}

interface Deferred {
  promise: Promise<void>
  resolve(): void
  reject(error: AppError): void
}

function deferred(): Deferred {
  let resolve = () => {}
  let reject = (_error: AppError) => {}
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
