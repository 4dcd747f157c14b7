import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { ModelAbout } from '../../core/vision-models.ts'
import { createTaskQueue, type JobResult, type Task } from './task-queue.ts'
import { openWorkerSeat, type SeatOptions, type WorkerSeat } from './worker-seat.ts'

export interface WorkerPoolOptions extends SeatOptions {
  /** Threads, at least 1. */
  size: number
  /** Jobs that may wait for a thread. */
  queueLimit: number
  /** How often a job is tried whose worker died, failed or never answered. */
  tries: number
  log: Log
}

export interface WorkerPool<Job, Answer> {
  /** Resolves when every thread is ready, with what they say of their model. Throws what the first unfit one said. */
  start(): Promise<ModelAbout>
  /**
   * The answer, or that the job brought down its worker at every try or outlasted it. Throws `overloaded` when the
   * queue is full and `stopped` when the pool is not running or stops before there is an answer.
   */
  run(job: Job): Promise<JobResult<Answer>>
  /** Takes no new job; what was given before is done first, then the threads end. */
  retire(): Promise<void>
  /** Jobs without an answer fail at once; then waits for the threads to end. May be called twice. */
  stop(): Promise<void>
  status(): { workers: number; busy: number; queued: number }
}

/** Pause before a thread is replaced that never became ready, so that a broken installation does not spin. */
const RESPAWN_MS = 1_000

/** Threads that each do one job at a time. A thread that dies is replaced and its job tried again, a few times. */
export function createWorkerPool<Job, Answer>(options: WorkerPoolOptions): WorkerPool<Job, Answer> {
  type Seat = WorkerSeat<Job, Answer>
  const seats = new Set<Seat>()
  const idle: Seat[] = []
  const respawns = new Set<NodeJS.Timeout>()
  const tasks = createTaskQueue<Job, Answer>(options)
  const answers = new Set<Promise<JobResult<Answer>>>()
  let running = false
  let retiring = false
  let stopped = false

  function open(): Seat {
    const seat: Seat = openWorkerSeat(options)
    seats.add(seat)
    void seat.ended.then(() => seats.delete(seat))
    return seat
  }

  /** Keeps one thread's place filled until the pool stops. */
  async function keepFilled(seat: Seat): Promise<void> {
    idle.push(seat)
    serve()
    await seat.gone
    if (!running) return
    options.log.warn({}, 'vision worker replaced')
    refill()
  }

  function refill(): void {
    const seat = open()
    seat.ready.then(
      () => void keepFilled(seat),
      (thrown) => {
        if (!running) return
        options.log.error({ err: toAppError(thrown) }, 'vision worker cannot start')
        respawns.add(setTimeout(refill, RESPAWN_MS))
      },
    )
  }

  function serve(): void {
    while (running && idle.length > 0) {
      const seat = idle.pop()!
      if (!seat.usable) continue
      const task = tasks.next()
      if (!task) return void idle.push(seat)
      void work(seat, task)
    }
  }

  async function work(seat: Seat, task: Task<Job, Answer>): Promise<void> {
    const outcome = await seat.give(task.job)
    if ('answer' in outcome) task.resolve(outcome)
    else tasks.failed(task, outcome.failed, outcome.detail)
    if (seat.usable) idle.push(seat)
    serve()
  }

  async function stop(): Promise<void> {
    stopped = true
    running = false
    for (const timer of respawns) clearTimeout(timer)
    respawns.clear()
    tasks.abandon()
    await Promise.all([...seats].map((seat) => seat.end()))
  }

  return {
    async start() {
      const opened = Array.from({ length: options.size }, open)
      let abouts: ModelAbout[]
      try {
        abouts = await Promise.all(opened.map((seat) => seat.ready))
      } catch (error) {
        await stop()
        throw error
      }
      if (stopped) throw new AppError('stopped', 'vision was stopped while it started')
      running = true
      for (const seat of opened) void keepFilled(seat)
      return abouts[0]!
    },
    run(job) {
      if (!running || retiring) return Promise.reject(new AppError('stopped', 'vision is not running'))
      const answer = tasks.add(job)
      answers.add(answer)
      const forget = () => void answers.delete(answer)
      answer.then(forget, forget)
      serve()
      return answer
    },
    async retire() {
      retiring = true
      await Promise.allSettled(answers)
      await stop()
    },
    stop,
    status: () => {
      const { waiting, busy } = tasks.status()
      return { workers: [...seats].filter((seat) => seat.usable).length, busy, queued: waiting }
    },
  }
}
