import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../core/log.ts'
import { assetPath } from '../../core/source-path.ts'
import type { Engine, Queryable } from './engine.ts'

/** How readings are kept: chunks of TimescaleDB, or PostgreSQL's own partitions. Chosen once, by the first migration. */
export type Flavour = 'plain' | 'timescale'

/** Any number, the same in every huying: two starters must not migrate at once. */
const LOCK = `select pg_advisory_xact_lock(7264019201)`
const CREATE_MIGRATION = `
create table if not exists migration (
  name text primary key,
  flavour text not null,
  applied_at timestamptz not null default now()
)`
const IS_THERE = `select to_regclass('migration') is not null as there`
const APPLIED = `select name, flavour from migration order by name`
const CLAIM = `insert into migration (name, flavour) values ($1::text, $2::text) on conflict do nothing returning name`
/** A setting of the library tells whether the server has loaded it: trying without costs the connection. */
const EXTENSION = `
select installed_version is not null as installed,
  current_setting('timescaledb.disable_load', true) is not null as preloaded,
  coalesce(current_setting('timescaledb.license', true), 'timescale') as license
from pg_available_extensions where name = 'timescaledb'`
const CREATE_EXTENSION = `create extension if not exists timescaledb`

const MIGRATION_FILE = /^(\d{4}-[a-z-]+)(?:\.(plain|timescale))?\.sql$/

/** The migrations of one flavour, oldest first. Files without a flavour in their name belong to both. */
export function listMigrations(flavour: Flavour): { name: string; path: string }[] {
  const dir = assetPath('storage/database/migrations')
  const migrations = []
  for (const file of readdirSync(dir).sort()) {
    const [, name, only] = MIGRATION_FILE.exec(file) ?? []
    if (name !== undefined && (only === undefined || only === flavour)) migrations.push({ name, path: join(dir, file) })
  }
  return migrations
}

/** Brings the schema up to date and says how readings are kept. Several starters may race: each file is applied once. */
export async function migrate(engine: Engine, log: Log): Promise<Flavour> {
  const applied = await listApplied(engine)
  const flavour = applied[0]?.flavour ?? (await agreeOnFlavour(engine, await chooseFlavour(engine, log)))
  const missing = listMigrations(flavour).filter(({ name }) => !applied.some((migration) => migration.name === name))
  for (const { name, path } of missing) {
    const isNew = await engine.write((tx) => applyOnce(tx, name, flavour, path))
    if (isNew) log.info({ migration: name, flavour }, 'database migrated')
  }
  return flavour
}

interface AppliedMigration {
  name: string
  flavour: Flavour
}

async function listApplied(engine: Engine): Promise<AppliedMigration[]> {
  const [table] = await engine.read((db) => db.query<{ there: boolean }>(IS_THERE))
  return table?.there ? engine.read((db) => db.query<AppliedMigration>(APPLIED)) : []
}

/** The first starter's choice holds for all who race with it. */
async function agreeOnFlavour(engine: Engine, wanted: Flavour): Promise<Flavour> {
  return engine.write(async (tx) => {
    await tx.query(LOCK)
    await tx.script(CREATE_MIGRATION)
    const [first] = await tx.query<AppliedMigration>(APPLIED)
    return first?.flavour ?? wanted
  })
}

async function applyOnce(tx: Queryable, name: string, flavour: Flavour, path: string): Promise<boolean> {
  await tx.query(LOCK)
  const claimed = await tx.query(CLAIM, [name, flavour])
  if (claimed.length === 0) return false
  await tx.script(readFileSync(path, 'utf8'))
  return true
}

interface Extension {
  installed: boolean
  preloaded: boolean
  license: string
}

/** TimescaleDB when the server has it, loads it, and its licence includes compression; else plain PostgreSQL. */
export async function chooseFlavour(engine: Engine, log: Log): Promise<Flavour> {
  if (engine.kind === 'pglite') return 'plain'
  const look = async () => (await engine.read((db) => db.query<Extension>(EXTENSION)))[0]
  const extension = await look()
  if (extension === undefined) return 'plain'
  if (!extension.preloaded) {
    log.warn({}, 'timescaledb is there but not in shared_preload_libraries, readings go to plain partitions')
    return 'plain'
  }
  try {
    if (!extension.installed) await engine.read((db) => db.script(CREATE_EXTENSION))
    const loaded = await look()
    return loaded?.installed && loaded.license === 'timescale' ? 'timescale' : 'plain'
  } catch (err) {
    log.warn({ err }, 'timescaledb is installed but cannot be used, readings go to plain partitions')
    return 'plain'
  }
}
