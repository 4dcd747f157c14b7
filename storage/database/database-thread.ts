import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { LogName } from './drain.ts'
import type { QueryName } from './queries/answer-query.ts'
import type { FromWorker, ProjectionSettings, ProjectionState, ToWorker } from './worker-messages.ts'

const RESTART_FIRST_MS = 200
const RESTART_MOST_MS = 10_000
/** A thread that lived this long was healthy: its end is a new trouble, not the same again. */
const HEALTHY_MS = 60_000
/** A damaged embedded database can spin for ever instead of failing: a thread that is silent this long is ended. */
const LOOK_EVERY_MS = 5_000
const SILENT_LOOKS = 24
/** More questions than this at once are turned away. */
const QUESTIONS_AT_ONCE = 64
/** A server that does not answer must not hold up a stop: what is not stored is in the journal. */
const CLOSE_WITHIN_MS = 20_000

/** The worker thread of the database, started again whenever it ends by itself. */
export interface DatabaseThread {
  /** Resolves at the thread's first word; rejects when it could not even load. */
  readonly started: Promise<void>
  /** `isBusy`: who calls has no time to spare, and the thread should leave it the processor. */
  committed(positions: Record<LogName, number>, isBusy: boolean): void
  /** Throws what the query throws, `overloaded` beyond 64 at once, `database_unavailable` while there is no thread, `stopped` after `close`. */
  ask(name: QueryName, argument: unknown): Promise<unknown>
  /** Lets the thread finish its batch and close the database. May be called twice. */
  close(): Promise<void>
}

interface Question {
  resolve(result: unknown): void
  reject(error: AppError): void
}

export function startDatabaseThread(
  settings: ProjectionSettings,
  log: Log,
  tell: (change: Partial<ProjectionState>) => void,
): DatabaseThread {
  const questions = createQuestions()
  let worker: Worker | null = null
  let latest: Record<LogName, number> = { intake: 0, ledger: 0 }
  let startedMs = 0
  let restartMs = RESTART_FIRST_MS
  let restartAs = settings.previous
  let restartTimer: NodeJS.Timeout | undefined
  let silentLooks = 0
  let closing: Promise<void> | null = null
  let onExit = () => {}
  let onStarted: (error?: Error) => void = () => {}
  const started = new Promise<void>((resolve, reject) => {
    onStarted = (error) => (error === undefined ? resolve() : reject(error))
  })
  started.catch(() => {})

  const send = (message: ToWorker) => worker?.postMessage(message)

  function onMessage(message: FromWorker): void {
    silentLooks = 0
    if (message.kind === 'log') log[message.level](message.facts, message.message)
    if (message.kind === 'answer') questions.take(message.id)?.resolve(message.result)
    if (message.kind === 'refusal')
      questions.take(message.id)?.reject(new AppError(message.code, message.message, message.details))
    if (message.kind === 'failed') {
      restartAs = message.damaged ? 'power_cut' : 'killed'
      tell({ ready: false, reason: message.reason })
    }
    // A database that failed to open may leave something behind that would keep the thread alive.
    if (message.kind === 'failed' || message.kind === 'closed') void worker?.terminate()
    if (message.kind === 'state') {
      tell(message.state)
      onStarted()
    }
  }

  function start(): void {
    silentLooks = 0
    startedMs = performance.now()
    worker = new Worker(compiledUrl('storage/database/worker.js'), { workerData: { ...settings, previous: restartAs } })
    restartAs = 'killed'
    worker.on('message', onMessage)
    worker.on('exit', onWorkerExit)
    worker.on('error', (err) => {
      log.error({ err }, 'database thread failed')
      tell({ ready: false, reason: err.message })
      onStarted(err)
    })
    send({ kind: 'committed', ...latest, isBusy: false })
  }

  function onWorkerExit(): void {
    worker = null
    questions.rejectAll(new AppError('database_unavailable', 'the database is away'))
    onStarted()
    onExit()
    if (closing !== null) return
    if (performance.now() - startedMs > HEALTHY_MS) restartMs = RESTART_FIRST_MS
    log.warn({ restartMs }, 'database thread ended, starting it again')
    restartTimer = setTimeout(start, restartMs)
    restartMs = Math.min(restartMs * 2, RESTART_MOST_MS)
  }

  const watch = setInterval(() => {
    if (worker === null || ++silentLooks < SILENT_LOOKS) return
    log.error({ silentS: (SILENT_LOOKS * LOOK_EVERY_MS) / 1000 }, 'database thread is silent, ending it')
    restartAs = 'power_cut'
    tell({ ready: false, reason: 'the database thread did not answer' })
    void worker.terminate()
  }, LOOK_EVERY_MS).unref()

  async function close(): Promise<void> {
    clearInterval(watch)
    clearTimeout(restartTimer)
    if (worker === null) return
    const exited = new Promise<void>((resolve) => {
      onExit = resolve
    })
    send({ kind: 'close' })
    const patience = setTimeout(() => void worker?.terminate(), CLOSE_WITHIN_MS)
    await exited
    clearTimeout(patience)
  }

  start()
  return {
    started,
    committed(positions, isBusy) {
      latest = { ...positions }
      send({ kind: 'committed', ...latest, isBusy })
    },
    ask(name, argument) {
      if (closing !== null) return Promise.reject(new AppError('stopped', 'the database is closed'))
      if (worker === null) return Promise.reject(new AppError('database_unavailable', 'the database is away'))
      if (questions.size() >= QUESTIONS_AT_ONCE)
        return Promise.reject(new AppError('overloaded', 'too many queries at once'))
      return questions.ask((id) => send({ kind: 'query', id, name, argument }))
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Questions on their way, by number. */
function createQuestions() {
  const open = new Map<number, Question>()
  let next = 1
  return {
    ask(put: (id: number) => void): Promise<unknown> {
      const id = next++
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject })
        put(id)
      })
    },
    take(id: number): Question | undefined {
      const question = open.get(id)
      open.delete(id)
      return question
    },
    size: () => open.size,
    rejectAll(error: AppError): void {
      for (const { reject } of open.values()) reject(error)
      open.clear()
    },
  }
}
