import { join } from 'node:path'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { Journal } from '../core/journal.ts'
import type { Log } from '../core/log.ts'
import { type HistoryHandle, openHistory } from '../storage/database/open-history.ts'
import { createEvidenceFiles } from '../storage/evidence-files.ts'
import { lockFolder, type PreviousUse } from '../storage/folder-lock.ts'
import { openJournal } from '../storage/journal/open-journal.ts'
import { createKeptFiles, type KeptFiles } from '../storage/kept-files.ts'
import type { Closers } from './closers.ts'
import type { Config } from './config-schema.ts'

/** Some 4,000 events of alerts: what is decided while the disk is full, the alert that it is full first of all. */
const LEDGER_RESERVE_BYTES = 4 * 1024 * 1024

/** Everything that lies on disk. */
export interface Storage {
  /** How the folder was left last time. */
  previous: PreviousUse
  intake: Journal
  ledger: Journal
  history: HistoryHandle
  /** Frames as they were sent. They leave only by a right of their own, and that is recorded. */
  evidence: EvidenceStore
  /** Pictures made of them to be shown, people covered. */
  shown: EvidenceStore
  /** Raw vibration, the latest of it. */
  waveforms: KeptFiles
}

/** Locks the data folder, opens both journals and starts the database behind them. Throws `folder_locked`, `journal_corrupt`. */
export async function openStorage(config: Config, dataDir: string, log: Log, closers: Closers): Promise<Storage> {
  const lock = await lockFolder(dataDir)
  closers.add(() => lock.release())
  const intakeDir = join(dataDir, 'journal/intake')
  const ledgerDir = join(dataDir, 'journal/ledger')
  const intake = await openJournal({ dir: intakeDir, maxBytesOnDisk: config.journal.maxBytes, log })
  closers.add(() => intake.close())
  const ledger = await openJournal({ dir: ledgerDir, reserveBytes: LEDGER_RESERVE_BYTES, log })
  closers.add(() => ledger.close())

  const history = await openHistory({
    engine: config.database.url
      ? { kind: 'postgres', url: config.database.url }
      : { kind: 'pglite', dir: join(dataDir, 'database') },
    intakeDir,
    intakeId: intake.id,
    ledgerDir,
    ledgerId: ledger.id,
    dumpDir: join(dataDir, 'database-dump'),
    previous: lock.previous,
    log,
  })
  closers.add(() => history.close())
  for (const [name, journal] of [
    ['intake', intake],
    ['ledger', ledger],
  ] as const) {
    history.committed(name, journal.status().committedSeq)
    closers.add(journal.onCommit((seq) => history.committed(name, seq)))
  }
  const waveforms = createKeptFiles(join(dataDir, 'waveforms'), { maxBytes: config.vibration.keepBytes, log })
  void waveforms.start()
  return {
    previous: lock.previous,
    ...{ intake, ledger, history },
    evidence: createEvidenceFiles(join(dataDir, 'evidence')),
    shown: createEvidenceFiles(join(dataDir, 'shown')),
    waveforms,
  }
}
