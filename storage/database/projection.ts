import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { createJournalReader, type JournalReader } from '../journal/read-journal.ts'
import type { LogName } from './drain.ts'
import { openSession, type Session } from './open-session.ts'
import { answerQuery, type QueryName } from './queries/answer-query.ts'
import { isDamage, isRowFault, isTimeout, sqlState } from './sql-errors.ts'
import type { ProjectionSettings, ProjectionState } from './worker-messages.ts'

const RETRY_FIRST_MS = 200
const RETRY_MOST_MS = 5_000
/** How often an idle server is asked whether it is still there. */
const IDLE_MS = 2_000

/**
 * With fewer entries than this waiting, the next batch is left to grow for a moment: a transaction costs far more than a
 * row, and the thread that it takes is missing elsewhere. It bounds what the history runs behind.
 */
const LINGER_BELOW = 2_000
const LINGER_MS = 100

/**
 * While the service is busy hearing and judging, the database gets this part of the time: what it has not yet is in the
 * journal, and a server on the same machine would take the processor from those who must not wait.
 */
const SHARE_WHEN_BUSY = 1 / 4
const REST_MOST_MS = 500

/** The database kept up with the journals, wherever it is. Runs until stopped; never throws. */
export interface Projection {
  /** Resolves after `stop`, or with what is wrong when the embedded engine can't go on in this thread. */
  run(): Promise<{ damaged: boolean; reason: string } | null>
  /** Journal entries up to here may be read; `isBusy` asks to leave the processor to others. */
  committed(positions: Record<LogName, number> & { isBusy: boolean }): void
  /** Throws `database_unavailable`, `overloaded`, `bad_request`. */
  ask(name: QueryName, argument: unknown): Promise<unknown>
  stop(): void
}

export function createProjection(
  settings: ProjectionSettings,
  log: Log,
  onState: (state: ProjectionState) => void,
): Projection {
  const readers: Record<LogName, JournalReader> = {
    intake: createJournalReader(settings.intakeDir),
    ledger: createJournalReader(settings.ledgerDir),
  }
  const isEmbedded = settings.engine.kind === 'pglite'
  const committed: Record<LogName, number> = { intake: 0, ledger: 0 }
  let state: ProjectionState = {
    engine: isEmbedded ? 'pglite' : 'postgres',
    ready: false,
    drained: { intake: 0, ledger: 0 },
    safe: { intake: 0, ledger: 0 },
    quarantined: 0,
  }
  let session: Session | null = null
  let stopping = false
  let isBusy = false
  let failure: unknown = null
  /** Ends the pause that is on: whatever it is for, or only when it waits for work. */
  let wakeUp = () => {}
  let wakeForWork = () => {}
  let rollUpDueMs = performance.now() + settings.rollUpEveryMs

  function pause(ms: number, isForWork: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
      wakeForWork = isForWork ? wakeUp : () => {}
    })
  }

  /** Durable entries that were not stored at the last look. */
  function backlog(): number {
    return committed.intake - state.drained.intake + committed.ledger - state.drained.ledger
  }

  function tell(next: ProjectionState): void {
    const isSame = JSON.stringify(next) === JSON.stringify(state)
    state = next
    if (!isSame) onState(state)
  }

  function tellReady({ engineName, drains, dumps }: Session): void {
    const drained = { intake: drains.intake.seq, ledger: drains.ledger.seq }
    const contained = (id: string) => dumps?.safe[id] ?? 0
    const safe = dumps ? { intake: contained(settings.intakeId), ledger: contained(settings.ledgerId) } : drained
    const quarantined = drains.intake.quarantined + drains.ledger.quarantined
    tell({ engine: engineName, ready: true, drained, safe, quarantined })
  }

  /** One turn: a batch of each journal, then whatever else is due. False when there was nothing to do. */
  async function work(open: Session): Promise<boolean> {
    const ledger = await open.drains.ledger.step(committed.ledger)
    const intake = await open.drains.intake.step(committed.intake)
    const chores = await doChores(open)
    tellReady(open)
    return ledger || intake || chores
  }

  async function doChores(open: Session): Promise<boolean> {
    if ((await open.logTrimmer?.trimIfDue()) || (await open.dumps?.dumpIfDue())) return true
    if (open.rollUp === null || performance.now() < rollUpDueMs) return false
    if ((await open.rollUp.step(systemClock.nowMs())) > 0) return true
    rollUpDueMs = performance.now() + settings.rollUpEveryMs
    return false
  }

  async function workUntilStopped(open: Session): Promise<void> {
    while (!stopping) {
      if (failure !== null) throw failure
      const startedMs = performance.now()
      const didSomething = await work(open)
      if (stopping) continue
      if (didSomething || backlog() >= LINGER_BELOW) {
        await rest(performance.now() - startedMs)
        continue
      }
      if (!isEmbedded) await open.engine.write((tx) => tx.query('select 1'))
      await pause(isEmbedded ? Math.min(IDLE_MS, settings.dumpEveryMs, settings.rollUpEveryMs) : IDLE_MS, true)
    }
  }

  /** After a turn that took `tookMs`. */
  async function rest(tookMs: number): Promise<void> {
    const busyMs = isBusy ? Math.min(tookMs * (1 / SHARE_WHEN_BUSY - 1), REST_MOST_MS) : 0
    const restMs = Math.max(busyMs, backlog() < LINGER_BELOW ? LINGER_MS : 0)
    if (restMs > 0) await pause(restMs, false)
  }

  async function runSession(onOpen: () => void): Promise<void> {
    failure = null
    const open = await openSession(settings, readers, log, (err) => fail(err))
    session = open
    try {
      const { intake, ledger } = open.drains
      log.info({ engine: open.engineName, drained: { intake: intake.seq, ledger: ledger.seq } }, 'database ready')
      tellReady(open)
      onOpen()
      await workUntilStopped(open)
    } finally {
      session = null
      await open.close().catch((err: unknown) => log.warn({ err }, 'database not closed cleanly'))
      if (stopping) tellReady(open)
    }
  }

  function fail(err: unknown): void {
    failure ??= err
    wakeUp()
  }

  async function ask(name: QueryName, argument: unknown): Promise<unknown> {
    if (session === null) throw new AppError('database_unavailable', 'the database is away')
    try {
      return await session.engine.read((db) => answerQuery(db, name, argument))
    } catch (err) {
      throw toQueryError(err)
    }
  }

  function toQueryError(err: unknown): AppError {
    if (err instanceof AppError) return err
    if (isTimeout(err)) return new AppError('overloaded', 'the query took too long', {}, { cause: err })
    if (isRowFault(err)) return new AppError('bad_request', 'not a value the database can look for', {}, { cause: err })
    if (!isEmbedded || isDamage(err) || sqlState(err) === undefined) fail(err)
    log.warn({ err }, 'query failed')
    return new AppError('database_unavailable', 'the database did not answer', {}, { cause: err })
  }

  async function run(): Promise<{ damaged: boolean; reason: string } | null> {
    let retryMs = RETRY_FIRST_MS
    while (!stopping) {
      try {
        await runSession(() => {
          retryMs = RETRY_FIRST_MS
        })
      } catch (err) {
        const reason = reasonOf(err)
        log.warn({ err, retryMs }, 'database is away, trying again')
        tell({ ...state, ready: false, reason })
        const isOurs = err instanceof AppError
        if (isEmbedded && !isOurs) return { damaged: isDamage(err), reason }
        if (!stopping) await pause(retryMs, false)
        retryMs = Math.min(retryMs * 2, RETRY_MOST_MS)
      }
    }
    return null
  }

  return {
    async run() {
      try {
        return await run()
      } finally {
        for (const reader of Object.values(readers)) reader.close()
      }
    },
    committed({ intake, ledger, isBusy: now }) {
      isBusy = now
      committed.intake = Math.max(committed.intake, intake)
      committed.ledger = Math.max(committed.ledger, ledger)
      wakeForWork()
    },
    ask,
    stop() {
      stopping = true
      wakeUp()
    },
  }
}

/** A line for the operator: no stack, no address with a password in it. */
function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return 'unknown'
  const code = 'code' in err && typeof err.code === 'string' ? err.code : ''
  return err.message === '' ? code : err.message
}
