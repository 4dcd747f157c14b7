import { onTestFinished } from 'vitest'
import { createClosers } from '../../../app/closers.ts'
import { loadConfig } from '../../../app/load-config.ts'
import { openLedger } from '../../../app/open-ledger.ts'
import type { LedgerEntry } from '../../../core/ledger-entry.ts'
import { type Log, silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'

export const viewed = (reason: string): LedgerEntry => ({
  ...{ type: 'original.viewed', atMs: 1, by: 'li', frameId: 'f', sha256: '' },
  reason,
})

/** A ledger in a data folder as the service has it, with everything real. Closed with the test at the latest. */
export async function openALedger(
  dataDir: string,
  options: { witnesses?: string[]; log?: Log; clock?: { ms: number } } = {},
) {
  const { witnesses = [], log = silentLog, clock = { ms: 1_790_000_000_000 } } = options
  const closers = createClosers(silentLog)
  const journal = await openJournal({ dir: `${dataDir}/journal/ledger`, log })
  closers.add(() => journal.close())
  const config = loadConfig({ HUYING_DATA_DIR: dataDir })
  config.ledger.witnesses = witnesses
  const room = await openLedger({ config, dataDir, clock: { nowMs: () => clock.ms }, log }, journal, closers)
  const close = () => closers.closeAll()
  onTestFinished(close)
  return {
    ...room,
    journal,
    close,
    async write(...reasons: string[]) {
      for (const reason of reasons) room.writer.write(viewed(reason))
      await room.writer.settled()
    },
  }
}
