import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type Flavour, migrate } from './migrate.ts'
import { findDump } from './pglite-dump.ts'
import { openPgliteEngine, type PgliteEngine } from './pglite-engine.ts'
import { hasDataFolder, makeDataFolder, setAside } from './pglite-folder.ts'
import { isDamage, sqlState } from './sql-errors.ts'

/** The major version of PostgreSQL that the installed PGlite is. */
const DATA_VERSION = '18'
/** Reads what must be readable in any sound folder, cheaply. Damage elsewhere shows when it is touched. */
const LOOK = `select (select count(*)::int from pg_class) as tables, (select count(*)::int from drain_position) as journals`

/**
 * Opens the embedded database with its schema up to date. A folder that a power cut may have torn, or that does not
 * open, is replaced by the last whole dump, and when that does not open either by an empty one: the journal has the
 * rest. Throws `database_unavailable` for a folder of another PostgreSQL version, which is left as it is.
 */
export async function openPglite(
  paths: { dir: string; dumpDir: string },
  previous: 'clean' | 'killed' | 'power_cut' | 'none',
  log: Log,
): Promise<{ engine: PgliteEngine; flavour: Flavour }> {
  const { dir, dumpDir } = paths
  refuseOtherVersion(dir)
  if (previous === 'power_cut' && hasDataFolder(dir)) {
    log.warn({ dir }, 'power was cut while the database was open, making its folder anew')
    rmSync(dir, { recursive: true, force: true })
  }
  if (!hasDataFolder(dir)) await remake(paths, log)
  try {
    return await openAndLook(dir, log)
  } catch (err) {
    if (!needsRemaking(err)) throw err
    log.error({ err, aside: setAside(dir) }, 'database folder does not open, making it anew')
  }
  const isDump = (await remake(paths, log)) === 'dump'
  try {
    return await openAndLook(dir, log)
  } catch (err) {
    if (!isDump || !needsRemaking(err)) throw err
    const dump = findDump(dumpDir) ?? dumpDir
    rmSync(`${dumpDir}.damaged`, { recursive: true, force: true })
    renameSync(dump, `${dumpDir}.damaged`)
    log.error({ err, aside: `${dumpDir}.damaged` }, 'database dump does not open, beginning with an empty database')
  }
  await remake(paths, log)
  return openAndLook(dir, log)
}

async function remake({ dir, dumpDir }: { dir: string; dumpDir: string }, log: Log) {
  const started = performance.now()
  const origin = await makeDataFolder(dir, dumpDir, log)
  log.info({ origin, tookMs: Math.round(performance.now() - started) }, 'database folder made')
  return origin
}

async function openAndLook(dir: string, log: Log): Promise<{ engine: PgliteEngine; flavour: Flavour }> {
  const engine = await openPgliteEngine(dir)
  try {
    const flavour = await migrate(engine, log)
    await engine.read((db) => db.query(LOOK))
    return { engine, flavour }
  } catch (err) {
    await engine.close().catch(() => {})
    throw err
  }
}

/** A plain SQL error (a faulty migration) is no reason to throw a folder away; damage, and whatever is no SQL error, is. */
function needsRemaking(err: unknown): boolean {
  return isDamage(err) || sqlState(err) === undefined || /^XX/.test(sqlState(err) ?? '')
}

function refuseOtherVersion(dir: string): void {
  if (!hasDataFolder(dir)) return
  const version = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim()
  if (/^\d+$/.test(version) && version !== DATA_VERSION)
    throw new AppError('database_unavailable', 'the database folder was made by another version of PostgreSQL', {
      dir,
      version,
      wanted: DATA_VERSION,
    })
}
