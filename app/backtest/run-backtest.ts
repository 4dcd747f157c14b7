import { Worker } from 'node:worker_threads'
import type { ArrivalHistory, ArrivalQuery } from '../../core/arrival-history.ts'
import type { BacktestReport } from '../../core/backtest-report.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { ArrivalStream } from '../../detectors/rules/backtest/merge-arrivals.ts'
import type { BacktestSettings, FromBacktest, ToBacktest } from './backtest-messages.ts'

/** Readings of one page: some tens of milliseconds of the database's time, in which it can do nothing else. */
const READINGS_PER_PAGE = 10_000
const OTHERS_PER_PAGE = 1_000
/** Rules that remember more than this end the back-test, not the service. */
const MOST_MEMORY_MB = 1_024

export interface BacktestProgress {
  /** Readings handed to the thread. */
  readings: number
  /** 0 to 1, by the time that they arrived at. */
  done: number
}

export interface BacktestRun {
  /** Rejects with what went wrong; with `stopped` after `cancel`. */
  report: Promise<BacktestReport>
  progress(): BacktestProgress
  /** Ends the thread at once. May be called twice. */
  cancel(): void
}

interface RunOptions {
  settings: BacktestSettings
  history: ArrivalHistory
  /** Resolves when the service has time to spare. Asked before each page. */
  whenIdle(): Promise<void>
}

/** Judges stored history in a thread of its own. Each next page is read while the thread judges the one before. */
export function runBacktest({ settings, history, whenIdle }: RunOptions): BacktestRun {
  const { by, judgedFromMs, toMs } = settings
  const worker = new Worker(compiledUrl('app/backtest/backtest-worker.js'), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  })
  let readings = 0
  let reachedMs = judgedFromMs
  let isOver = false
  let fail = (_error: AppError) => {}

  async function readReadings(query: ArrivalQuery) {
    const page = await history.arrivedReadings({ ...query, limit: READINGS_PER_PAGE })
    return { message: { kind: 'readings' as const, page }, nextCursor: page.nextCursor }
  }
  async function readOthers(query: ArrivalQuery) {
    const { items, nextCursor } = await history.arrivedOthers({ ...query, limit: OTHERS_PER_PAGE })
    return { message: { kind: 'others' as const, page: items, isLast: nextCursor === undefined }, nextCursor }
  }
  const streams: Record<ArrivalStream, () => Promise<ToBacktest>> = {
    readings: aheadOf(readReadings),
    others: aheadOf(readOthers),
  }

  /** The page that is next, and the one after it already on its way. */
  function aheadOf(read: (query: ArrivalQuery) => Promise<{ message: ToBacktest; nextCursor: string | undefined }>) {
    const ask = async (cursor?: string) => {
      await whenIdle()
      return read({ by, fromMs: judgedFromMs, toMs, limit: 1, ...(cursor !== undefined && { cursor }) })
    }
    let coming = ask()
    coming.catch(() => {})
    return async () => {
      const { message, nextCursor } = await coming
      if (nextCursor !== undefined && !isOver) {
        coming = ask(nextCursor)
        coming.catch(() => {})
      }
      return message
    }
  }

  async function hand(stream: ArrivalStream): Promise<void> {
    try {
      const message = await streams[stream]()
      if (isOver) return
      if (message.kind === 'readings') {
        readings += message.page.value.length
        reachedMs = message.page.nextCursor === undefined ? toMs : (message.page.arrivalMs.at(-1) ?? toMs)
      }
      worker.postMessage(message, buffersOf(message))
    } catch (err) {
      fail(toAppError(err))
    }
  }

  const report = new Promise<BacktestReport>((resolve, reject) => {
    const end = (settle: () => void) => {
      if (isOver) return
      isOver = true
      void worker.terminate()
      settle()
    }
    fail = (error) => end(() => reject(error))
    worker.on('message', (message: FromBacktest) => {
      if (message.kind === 'want') void hand(message.stream)
      if (message.kind === 'report') end(() => resolve(message.report))
      if (message.kind === 'failed') fail(new AppError(message.code, message.message, message.details))
    })
    worker.on('error', (cause) => fail(new AppError('internal', 'the back-test failed', {}, { cause })))
    worker.on('exit', (code) => fail(new AppError('internal', 'the back-test ended without a report', { code })))
  })
  report.catch(() => {})

  return {
    report,
    progress: () => ({ readings, done: Math.min(1, (reachedMs - judgedFromMs) / Math.max(1, toMs - judgedFromMs)) }),
    cancel: () => fail(new AppError('stopped', 'the back-test was cancelled')),
  }
}

/** Columns are handed over, not copied. */
function buffersOf(message: ToBacktest): ArrayBuffer[] {
  if (message.kind === 'others') return []
  const { device, metric, atMs, value, messageSeq, arrivalMs } = message.page
  return [device, metric, atMs, value, messageSeq, arrivalMs].map(({ buffer }) => buffer as ArrayBuffer)
}
