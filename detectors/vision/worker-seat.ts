import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import type { ModelAbout } from '../../core/vision-models.ts'
import type { WorkerMessage, WorkerOrder } from './worker-protocol.ts'

export interface SeatOptions {
  /** Compiled file of the thread; it speaks `WorkerMessage`. */
  script: URL
  workerData: unknown
  /** A worker that takes longer for one job is given up. */
  jobTimeoutMs: number
}

/** What became of a job: an answer, or why there is none. */
export type JobOutcome<Answer> = { answer: Answer } | { failed: 'crashed' | 'too_slow'; detail: string }

/** One thread that does one job at a time. */
export interface WorkerSeat<Job, Answer> {
  /** What the thread says of its model. Rejects with its inability, or `internal` when it ended without a word. */
  ready: Promise<ModelAbout>
  /** Resolves when the thread is of no more use: it ended or was given up. */
  gone: Promise<void>
  /** Resolves when the thread has ended. */
  ended: Promise<void>
  readonly usable: boolean
  /** Never rejects. Only once `ready`, and not before the last outcome is there. */
  give(job: Job): Promise<JobOutcome<Answer>>
  /** Lets the thread finish what it does and end; waits for that, but not for ever. May be called twice. */
  end(): Promise<void>
}

/** Others are closed meanwhile; for a thread that has not ended by then the process waits last of all. */
const END_WITHIN_MS = 10_000

/** Threads of this process that have not ended yet. */
const underWay = new Set<Promise<void>>()

/** Resolves when no thread is inside a network any more. A process that exits before is aborted by onnxruntime. */
export async function seatsEnded(): Promise<void> {
  // Threads that were told to end keep no process alive, and neither does a promise.
  const awake = setInterval(() => {}, 1_000)
  await Promise.all(underWay)
  clearInterval(awake)
}

/**
 * Starts a thread. It is never terminated from outside: onnxruntime aborts the whole process when its thread is torn
 * down inside a call. A thread that takes too long is told to end after its job, and left alone.
 */
export function openWorkerSeat<Job, Answer>(options: SeatOptions): WorkerSeat<Job, Answer> {
  const worker = new Worker(options.script, { workerData: options.workerData })
  const ready = deferred<ModelAbout>()
  const gone = deferred<void>()
  const ended = deferred<void>()
  let usable = true
  let lastError = ''
  let settle: ((outcome: JobOutcome<Answer>) => void) | null = null

  underWay.add(ended.promise)
  void ended.promise.then(() => underWay.delete(ended.promise))
  const order = (message: WorkerOrder<Job>) => worker.postMessage(message)
  function answer(outcome: JobOutcome<Answer>): void {
    settle?.(outcome)
    settle = null
  }
  function leave(): void {
    usable = false
    gone.resolve()
  }

  worker.on('message', (message: WorkerMessage<Answer>) => {
    if (message.type === 'ready') ready.resolve(message.about)
    else if (message.type === 'unfit') ready.reject(new AppError(message.code, message.message, message.details))
    else if (message.type === 'done') answer({ answer: message.answer })
    else answer({ failed: 'crashed', detail: message.message })
  })
  worker.on('error', (error) => {
    lastError = String(error)
  })
  worker.on('exit', (exitCode) => {
    leave()
    ready.reject(new AppError('internal', 'a vision worker ended before it was ready', { exitCode, lastError }))
    answer({ failed: 'crashed', detail: `worker ended with exit code ${exitCode} ${lastError}`.trim() })
    ended.resolve()
  })

  return {
    ready: ready.promise,
    gone: gone.promise,
    ended: ended.promise,
    get usable() {
      return usable
    },
    give(job) {
      return new Promise((resolve) => {
        if (!usable) return resolve({ failed: 'crashed', detail: 'worker has ended' })
        const deadline = setTimeout(() => {
          leave()
          order({ type: 'end' })
          answer({ failed: 'too_slow', detail: `no answer within ${options.jobTimeoutMs} ms` })
        }, options.jobTimeoutMs)
        settle = (outcome) => {
          clearTimeout(deadline)
          resolve(outcome)
        }
        order({ type: 'job', job })
      })
    },
    async end() {
      leave()
      order({ type: 'end' })
      worker.unref()
      await within(END_WITHIN_MS, ended.promise)
    },
  }
}

interface Deferred<T> {
  promise: Promise<T>
  resolve(value: T): void
  reject(error: AppError): void
}

function deferred<T>(): Deferred<T> {
  let resolve = (_value: T) => {}
  let reject = (_error: AppError) => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

async function within(limitMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([promise, limit])
  clearTimeout(timer)
}
