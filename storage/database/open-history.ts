import type { ArrivalHistory } from '../../core/arrival-history.ts'
import type { History, HistoryStatus } from '../../core/history.ts'
import type { HourHistory } from '../../core/hour-history.ts'
import type { Log } from '../../core/log.ts'
import { type DatabaseThread, startDatabaseThread } from './database-thread.ts'
import type { LogName } from './drain.ts'
import { createDrainWaiters } from './drain-waiters.ts'
import type { QueryName, Questions } from './queries/answer-query.ts'
import type { EngineSettings, ProjectionSettings, ProjectionState } from './worker-messages.ts'

export interface HistoryOptions {
  engine: EngineSettings
  intakeDir: string
  /** `Journal.id`: positions that the database holds of another journal mean nothing. */
  intakeId: string
  ledgerDir: string
  ledgerId: string
  /** Where the embedded database's dump lies; beside its folder by default. */
  dumpDir?: string
  /** How often a dump is made when something changed, ms. 10 minutes by default. */
  dumpEveryMs?: number
  /** How often hours that got readings are rolled up again, ms. 1 minute by default. */
  rollUpEveryMs?: number
  /** How the data folder was left last time. After `power_cut` the embedded database is made anew. */
  previous: 'clean' | 'killed' | 'power_cut' | 'none'
  log: Log
}

/** The database behind the journals. */
export interface HistoryHandle extends History, ArrivalHistory, HourHistory {
  /** Entries up to `seq` are durable in the journal and may be stored. Cheap: call it with every commit. */
  committed(log: LogName, seq: number): void
  /** Position up to which the database has stored the journal. */
  drainedSeq(log: LogName): number
  /** Position up to which the journal may be released: what is in the last synced dump, or in the server. */
  safeSeq(log: LogName): number
  /** Entries that the database could not take and that lie in its table `quarantine`, since this start. */
  quarantined(): number
  /** Rejects with `stopped` when the handle is closed before. */
  whenDrained(log: LogName, seq: number): Promise<void>
  close(): Promise<void>
}

const DUMP_EVERY_MS = 10 * 60_000
const ROLL_UP_EVERY_MS = 60_000
/** Commits within this time are told to the worker together. */
const COMMITTED_EVERY_MS = 5
/** Share of the time that this thread works, from which on the worker is asked to give way. */
const BUSY_FROM = 0.9

/**
 * Starts the database's worker thread. Resolves when the embedded database is open, or at once for a server, which may
 * be away: it is tried again for ever, status tells, and nothing but lag comes of it. Rejects only when the thread
 * itself can't start. Close the handle before the journals.
 */
export async function openHistory(options: HistoryOptions): Promise<HistoryHandle> {
  const settings = toSettings(options)
  const committed: Record<LogName, number> = { intake: 0, ledger: 0 }
  const waiters = createDrainWaiters()
  let state: ProjectionState = {
    engine: settings.engine.kind,
    ready: false,
    reason: 'starting',
    drained: { intake: 0, ledger: 0 },
    safe: { intake: 0, ledger: 0 },
    quarantined: 0,
  }
  const thread = startDatabaseThread(settings, options.log, (change) => {
    const { reason: _, ...rest } = state
    state = { ...(change.ready ? rest : state), ...change }
    waiters.drained(state.drained)
  })
  let committedTimer: NodeJS.Timeout | undefined
  let utilisation = performance.eventLoopUtilization()

  function tellCommitted(): void {
    committedTimer = undefined
    const now = performance.eventLoopUtilization()
    const isBusy = performance.eventLoopUtilization(now, utilisation).utilization > BUSY_FROM
    utilisation = now
    thread.committed(committed, isBusy)
    // The worker must hear when it is over, even if nothing is committed any more.
    if (isBusy) committedTimer = setTimeout(tellCommitted, COMMITTED_EVERY_MS)
  }
  async function close(): Promise<void> {
    clearTimeout(committedTimer)
    await thread.close()
    waiters.stop()
  }
  if (settings.engine.kind === 'pglite') {
    await thread.started.catch(async (err: unknown) => {
      await close()
      throw err
    })
  }

  return {
    ...questionsOf(thread),
    status: () => toStatus(state, committed),
    committed(name, seq) {
      if (seq <= committed[name]) return
      committed[name] = seq
      committedTimer ??= setTimeout(tellCommitted, COMMITTED_EVERY_MS)
    },
    drainedSeq: (name) => state.drained[name],
    safeSeq: (name) => state.safe[name],
    quarantined: () => state.quarantined,
    whenDrained: (name, seq) => waiters.wait(name, seq, state.drained[name]),
    close,
  }
}

function questionsOf(thread: DatabaseThread): Questions {
  const question =
    <Name extends QueryName>(name: Name) =>
    (argument: Parameters<Questions[Name]>[0]) =>
      thread.ask(name, argument) as ReturnType<Questions[Name]>
  return {
    readings: question('readings'),
    countReadings: question('countReadings'),
    hours: question('hours'),
    peaks: question('peaks'),
    arrivedReadings: question('arrivedReadings'),
    arrivedOthers: question('arrivedOthers'),
    alerts: question('alerts'),
    alertEvents: question('alertEvents'),
    ledger: question('ledger'),
    frames: question('frames'),
    frame: question('frame'),
    records: question('records'),
  }
}

function toStatus(state: ProjectionState, committed: Record<LogName, number>): HistoryStatus {
  return {
    engine: state.engine,
    ready: state.ready,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    intakeLag: Math.max(0, committed.intake - state.drained.intake),
    ledgerLag: Math.max(0, committed.ledger - state.drained.ledger),
  }
}

function toSettings({ log: _, ...options }: HistoryOptions): ProjectionSettings {
  const besideFolder = options.engine.kind === 'pglite' ? `${options.engine.dir}-dump` : ''
  return { dumpDir: besideFolder, dumpEveryMs: DUMP_EVERY_MS, rollUpEveryMs: ROLL_UP_EVERY_MS, ...options }
}
