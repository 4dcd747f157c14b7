import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { changedBytes, copyDatabase, findDump, type Positions, readDumpManifest } from './pglite-dump.ts'
import type { PgliteEngine } from './pglite-engine.ts'
import { pgliteVersion } from './pglite-folder.ts'

/** A dump may hold up the database for at most this part of the time. */
const BLOCKED_SHARE = 1 / 200
/** On a clean stop a dump is made when it copies no more than this. */
const CHEAP_BYTES = 64 * 1024 * 1024
/** PGlite has no autovacuum: rows that are updated in place of others would pile up. */
const VACUUM = `vacuum (analyze) alert, frame, device, drain_position`

/** Keeps a synced copy of PGlite's files that is never older than it has to be. */
export interface DumpKeeper {
  /** Positions that the last whole dump contains. */
  readonly safe: Positions
  /** Makes a dump when it is time and something changed. True when it did. */
  dumpIfDue(): Promise<boolean>
  /** The same at once, unless it would take long. Waits until it is synced. */
  dumpIfCheap(): Promise<void>
}

export function createDumpKeeper(parts: {
  engine: PgliteEngine
  dataDir: string
  dumpDir: string
  everyMs: number
  positions: () => Positions
  clock: Clock
  log: Log
}): DumpKeeper {
  const { engine, dataDir, dumpDir, everyMs, positions, clock, log } = parts
  const found = findDump(dumpDir)
  let safe: Positions = found === null ? {} : (readDumpManifest(found)?.positions ?? {})
  let dueMs = clock.nowMs() + everyMs
  let finishing: Promise<void> = Promise.resolve()

  const isChanged = () => Object.entries(positions()).some(([id, seq]) => seq > (safe[id] ?? 0))

  /** Copying stops the database; syncing the copy does not. */
  async function dump(): Promise<void> {
    await finishing
    const contained = positions()
    const facts = { pgliteVersion: pgliteVersion(), positions: contained, startedMs: clock.nowMs() }
    const { finish, copiedBytes, blockedMs } = await engine.exclusive(async (db) => {
      await db.script(VACUUM)
      return copyDatabase(db, { dataDir, dumpDir }, facts)
    })
    dueMs = clock.nowMs() + Math.max(everyMs, blockedMs / BLOCKED_SHARE)
    finishing = finish().then(
      () => {
        safe = contained
        log.debug({ copiedBytes, blockedMs: Math.round(blockedMs) }, 'database dumped')
      },
      (err: unknown) => log.warn({ err }, 'database dump failed, the journal is kept'),
    )
  }

  return {
    get safe() {
      return safe
    },
    async dumpIfDue() {
      if (clock.nowMs() < dueMs) return false
      dueMs = clock.nowMs() + everyMs
      if (!isChanged()) return false
      await dump()
      return true
    },
    async dumpIfCheap() {
      await finishing
      if (!isChanged() || changedBytes(dataDir, dumpDir) > CHEAP_BYTES) return
      await dump()
      await finishing
    },
  }
}
