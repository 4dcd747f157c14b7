import { randomUUID } from 'node:crypto'
import type { ArrivalHistory } from '../../core/arrival-history.ts'
import type { BacktestDesk, BacktestJob, BacktestRequest } from '../../core/backtest-desk.ts'
import type { Clock } from '../../core/clock.ts'
import type { Device } from '../../core/device.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Times } from '../../detectors/rules/engine/restore-engine.ts'
import { formatFaults } from '../../detectors/rules/rule-fault.ts'
import type { RuleTexts } from './backtest-messages.ts'
import { isRulesOnly, proposedTexts, rulesOfTexts } from './rules-of-texts.ts'
import { type BacktestRun, runBacktest } from './run-backtest.ts'

const KEPT_JOBS = 10
/** Ten years: a slip in a date is more likely than a wish. */
const LONGEST_MS = 3653 * 86_400_000

export interface DeskPorts {
  history: ArrivalHistory
  inForce: () => RuleTexts
  devices: () => Device[]
  times: Times
  timeZone: string
  worldFile: string
  whenIdle: () => Promise<void>
  /** Back-tests that are kept. */
  keep?: number
  clock: Clock
  log: Log
}

/** The desk, and how to close it. */
export function createBacktestDesk(ports: DeskPorts): BacktestDesk & { stop(): void } {
  const { history, inForce, devices, whenIdle, keep = KEPT_JOBS, clock, log } = ports
  /** Oldest first. */
  const jobs = new Map<string, { job: BacktestJob; run: BacktestRun }>()

  function find(id: string) {
    const found = jobs.get(id)
    if (found === undefined) throw new AppError('not_found', 'no such back-test', { id })
    return found
  }

  function running(): BacktestJob | undefined {
    return [...jobs.values()].map(({ job }) => job).find(({ state }) => state === 'running')
  }

  function view({ job, run }: { job: BacktestJob; run: BacktestRun }): BacktestJob {
    return { ...job, ...run.progress() }
  }

  async function follow(job: BacktestJob, run: BacktestRun): Promise<void> {
    const end = (change: Partial<BacktestJob>) => Object.assign(job, { endedAtMs: clock.nowMs(), ...change })
    try {
      end({ state: 'done', report: await run.report })
      log.info({ id: job.id, ...run.progress() }, 'back-test done')
    } catch (err) {
      const { code, message } = toAppError(err)
      end({ state: code === 'stopped' ? 'cancelled' : 'failed', error: { code, message } })
      if (code !== 'stopped') log.warn({ id: job.id, err }, 'back-test failed')
    }
  }

  return {
    start(asked, startedBy) {
      // Time that has not passed yet would look like silence of all devices.
      const request = { ...asked, toMs: Math.min(asked.toMs, clock.nowMs()) }
      checkTimes(request)
      const other = running()
      if (other !== undefined) throw new AppError('conflict', 'another back-test runs', { id: other.id })
      const old = inForce()
      const rules = proposedTexts(request.rules, old, request.whole)
      const checked = rulesOfTexts(rules)
      if ('faults' in checked)
        throw new AppError('rules_invalid', formatFaults(checked.faults), { faults: checked.faults })

      const { by, fromMs, toMs, warmUpMs, compare } = request
      const run = runBacktest({
        settings: {
          sameSurroundings: !request.whole && isRulesOnly(request.rules),
          ...{ rules, inForce: compare ? old : null, devices: devices(), by, fromMs, toMs },
          judgedFromMs: fromMs - warmUpMs,
          ...{ times: ports.times, timeZone: ports.timeZone, worldFile: ports.worldFile },
        },
        history,
        whenIdle,
      })
      const startedAtMs = clock.nowMs()
      const job: BacktestJob = {
        id: randomUUID(),
        state: 'running',
        by,
        startedBy,
        fromMs,
        toMs,
        startedAtMs,
        readings: 0,
        done: 0,
      }
      jobs.set(job.id, { job, run })
      for (const id of [...jobs.keys()].slice(0, -keep)) jobs.delete(id)
      log.info({ id: job.id, by: startedBy, fromMs, toMs }, 'back-test started')
      void follow(job, run)
      return view({ job, run })
    },
    list: () => [...jobs.values()].map(view).reverse(),
    get: (id) => view(find(id)),
    remove(id) {
      const { job, run } = find(id)
      if (job.state === 'running') run.cancel()
      else jobs.delete(id)
    },
    stop() {
      for (const { run } of jobs.values()) run.cancel()
    },
  }
}

function checkTimes({ fromMs, toMs, warmUpMs }: BacktestRequest): void {
  if (fromMs >= toMs)
    throw new AppError('bad_request', 'from must lie before to, and not in the future', { fromMs, toMs })
  if (toMs - fromMs + warmUpMs > LONGEST_MS)
    throw new AppError('bad_request', 'that is more than ten years', { fromMs, toMs })
}
