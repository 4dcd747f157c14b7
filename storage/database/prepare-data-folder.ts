import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { silentLog } from '../../core/log.ts'
import { migrate } from './migrate.ts'
import { copyDatabase } from './pglite-dump.ts'
import { openPgliteEngine } from './pglite-engine.ts'
import { INITDB_OPTIONS, pgliteVersion, preparedFolderPath } from './pglite-folder.ts'

/** The three databases of initdb are copies of each other; one is enough. */
const DROP_TEMPLATES = `
alter database template0 is_template false;
drop database template0;
alter database template1 is_template false;
drop database template1;`

/**
 * Makes an empty, migrated database and packs its folder, for the installed version of PGlite. Run by hand after an
 * update of PGlite; after a new migration it saves the first start some time.
 */
async function prepareDataFolder(): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'huying-prepare-'))
  const version = pgliteVersion()
  const target = preparedFolderPath(version)
  try {
    const dataDir = join(work, 'data')
    const fresh = await PGlite.create(dataDir, { initDbStartParams: INITDB_OPTIONS })
    for (const statement of DROP_TEMPLATES.split(';')) if (statement.trim() !== '') await fresh.exec(statement)
    await fresh.close()
    const engine = await openPgliteEngine(dataDir)
    await migrate(engine, silentLog)
    await engine.exclusive((db) => db.script('vacuum full'))
    const dumpDir = join(work, 'dump')
    const facts = { pgliteVersion: version, positions: {}, startedMs: 0 }
    await (await engine.exclusive((db) => copyDatabase(db, { dataDir, dumpDir }, facts))).finish()
    await engine.close()
    execFileSync('tar', [
      '--format=ustar',
      '--sort=name',
      '-cf',
      join(work, 'packed.tar'),
      '-C',
      join(dumpDir, 'files'),
      '.',
    ])
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(
      target,
      brotliCompressSync(readFileSync(join(work, 'packed.tar')), {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
      }),
    )
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

process.stdout.write(`${await prepareDataFolder()}\n`)
