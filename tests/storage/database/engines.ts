import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import type { Engine, Queryable } from '../../../storage/database/engine.ts'
import { type Flavour, migrate } from '../../../storage/database/migrate.ts'
import { openPglite } from '../../../storage/database/open-pglite.ts'
import { openPgliteEngine } from '../../../storage/database/pglite-engine.ts'
import { openPostgresEngine } from '../../../storage/database/postgres-engine.ts'
import type { EngineSettings } from '../../../storage/database/worker-messages.ts'
import { createPostgresServer, findPostgres, findTimescale, type PostgresServer } from './postgres-server.mjs'

/** A kind of database that every test of the contract runs against. */
export interface TestEngine {
  name: 'pglite' | 'postgres' | 'timescale'
  flavour: Flavour
  /** Settings of a new empty database. */
  fresh(): Promise<EngineSettings>
}

const bin = findPostgres()
const timescale = bin === null ? null : findTimescale(bin)
if (bin === null)
  process.stderr.write(
    '\n*** PostgreSQL is not installed: NOT TESTED against a server (apt-get install postgresql) ***\n\n',
  )
else if (timescale === null)
  process.stderr.write('\n*** TimescaleDB is not installed (Debian does not have it): NOT TESTED against it ***\n\n')

/** All engines that can run here. Call it at the top of a test file: a server starts when first used and goes at its end. */
export function testEngines(): TestEngine[] {
  const folder = mkdtempSync(join(tmpdir(), 'huying-engines-'))
  let folders = 0
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const engines: TestEngine[] = [
    {
      name: 'pglite',
      flavour: 'plain',
      fresh: async () => ({ kind: 'pglite', dir: join(folder, `database-${++folders}`) }),
    },
  ]
  if (bin !== null) engines.push(served('postgres', bin))
  if (bin !== null && timescale !== null) engines.push(served('timescale', bin, timescale))
  return engines
}

function served(name: TestEngine['name'], folder: string, settings?: string[]): TestEngine {
  let server: Promise<PostgresServer> | null = null
  async function start(): Promise<PostgresServer> {
    const created = await createPostgresServer(folder, settings)
    await created.start()
    return created
  }
  afterAll(async () => (await server)?.remove())
  return {
    name,
    flavour: name === 'timescale' ? 'timescale' : 'plain',
    async fresh() {
      server ??= start()
      return { kind: 'postgres', url: await (await server).createDatabase() }
    },
  }
}

/** Opens a database on this thread, migrated. */
export async function openEngine(settings: EngineSettings): Promise<Engine> {
  if (settings.kind === 'pglite')
    return (await openPglite({ dir: settings.dir, dumpDir: `${settings.dir}-dump` }, 'none', silentLog)).engine
  const engine = openPostgresEngine(settings.url, () => {})
  await migrate(engine, silentLog)
  return engine
}

/** Looks into a database that nobody else has open. */
export async function look<Row>(settings: EngineSettings, sql: string): Promise<Row[]> {
  const engine =
    settings.kind === 'pglite' ? await openPgliteEngine(settings.dir) : openPostgresEngine(settings.url, () => {})
  try {
    return await engine.read((db: Queryable) => db.query<Row>(sql))
  } finally {
    await engine.close()
  }
}
