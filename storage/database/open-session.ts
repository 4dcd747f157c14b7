import { systemClock } from '../../core/clock.ts'
import type { HistoryStatus } from '../../core/history.ts'
import type { Log } from '../../core/log.ts'
import type { JournalReader } from '../journal/read-journal.ts'
import { type Drain, type LogName, openDrain } from './drain.ts'
import { createDumpKeeper, type DumpKeeper } from './dump-keeper.ts'
import type { Engine } from './engine.ts'
import { createLogTrimmer, type LogTrimmer } from './log-trimmer.ts'
import { type Flavour, migrate } from './migrate.ts'
import { openPglite } from './open-pglite.ts'
import { openPostgresEngine } from './postgres-engine.ts'
import { createRollUp, type RollUp } from './roll-up.ts'
import { syncFolder } from './sync-files.ts'
import type { ProjectionSettings } from './worker-messages.ts'

/** One connection's life: an open database, migrated, with the drains where they were left. */
export interface Session {
  engine: Engine
  engineName: HistoryStatus['engine']
  drains: Record<LogName, Drain>
  /** Null where the database rolls up by itself. */
  rollUp: RollUp | null
  /** Only the embedded engine needs these two. */
  dumps: DumpKeeper | null
  logTrimmer: LogTrimmer | null
  /** Closes the engine; the embedded one dumps, when that is cheap, and syncs its files. */
  close(): Promise<void>
}

/** Throws what the database throws when it is away, damaged or refuses us. `onBroken`: a connection died while idle. */
export async function openSession(
  settings: ProjectionSettings,
  readers: Record<LogName, JournalReader>,
  log: Log,
  onBroken: (err: Error) => void,
): Promise<Session> {
  return settings.engine.kind === 'pglite'
    ? openEmbedded(settings, settings.engine.dir, readers, log)
    : openServed(settings, openPostgresEngine(settings.engine.url, onBroken), readers, log)
}

async function openEmbedded(
  settings: ProjectionSettings,
  dir: string,
  readers: Record<LogName, JournalReader>,
  log: Log,
): Promise<Session> {
  const { dumpDir, dumpEveryMs, previous, intakeId, ledgerId } = settings
  const { engine, flavour } = await openPglite({ dir, dumpDir }, previous, log)
  const drains = await openDrains(settings, engine, flavour, readers, log)
  const dumps = createDumpKeeper({
    engine,
    dataDir: dir,
    dumpDir,
    everyMs: dumpEveryMs,
    positions: () => ({ [intakeId]: drains.intake.seq, [ledgerId]: drains.ledger.seq }),
    clock: systemClock,
    log,
  })
  return {
    engine,
    engineName: 'pglite',
    drains,
    rollUp: createRollUp(engine),
    dumps,
    logTrimmer: createLogTrimmer(engine),
    async close() {
      await dumps.dumpIfCheap()
      await engine.close()
      await syncFolder(dir)
    },
  }
}

async function openServed(
  settings: ProjectionSettings,
  engine: Engine,
  readers: Record<LogName, JournalReader>,
  log: Log,
): Promise<Session> {
  try {
    const flavour = await migrate(engine, log)
    const drains = await openDrains(settings, engine, flavour, readers, log)
    const served = { engine, drains, dumps: null, logTrimmer: null, close: () => engine.close() }
    return flavour === 'timescale'
      ? { ...served, engineName: 'timescale', rollUp: null }
      : { ...served, engineName: 'postgres', rollUp: createRollUp(engine) }
  } catch (err) {
    await engine.close().catch(() => {})
    throw err
  }
}

async function openDrains(
  { intakeId, ledgerId }: ProjectionSettings,
  engine: Engine,
  flavour: Flavour,
  readers: Record<LogName, JournalReader>,
  log: Log,
): Promise<Record<LogName, Drain>> {
  const shared = { engine, flavour, log }
  return {
    intake: await openDrain({ ...shared, name: 'intake', journalId: intakeId, reader: readers.intake }),
    ledger: await openDrain({ ...shared, name: 'ledger', journalId: ledgerId, reader: readers.ledger }),
  }
}
