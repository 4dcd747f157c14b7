import type { BacktestDesk, BacktestJob, BacktestRequest } from '../../core/backtest-desk.ts'
import { AppError } from '../../core/errors.ts'

/** A desk that keeps what it is asked for and never ends by itself. */
export function createMemoryBacktests(
  nowMs: () => number,
): BacktestDesk & { asked: BacktestRequest[]; jobs: BacktestJob[] } {
  const asked: BacktestRequest[] = []
  const jobs: BacktestJob[] = []
  const find = (id: string) => {
    const job = jobs.find((one) => one.id === id)
    if (job === undefined) throw new AppError('not_found', 'no such back-test', { id })
    return job
  }
  return {
    asked,
    jobs,
    start(request, startedBy) {
      if (request.rules.includes('bad')) throw new AppError('rules_invalid', 'rules:1:1 bad', { faults: [] })
      if (jobs.some(({ state }) => state === 'running')) throw new AppError('conflict', 'another back-test runs')
      const { by, fromMs, toMs } = request
      asked.push(request)
      const id = `job-${jobs.length + 1}`
      const job: BacktestJob = {
        id,
        state: 'running',
        by,
        startedBy,
        fromMs,
        toMs,
        startedAtMs: nowMs(),
        readings: 7,
        done: 0.5,
      }
      jobs.push(job)
      return job
    },
    list: () => [...jobs].reverse(),
    get: find,
    remove(id) {
      find(id).state = 'cancelled'
    },
  }
}
