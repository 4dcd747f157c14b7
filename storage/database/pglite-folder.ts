import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import type { Log } from '../../core/log.ts'
import { assetPath } from '../../core/source-path.ts'
import { findDump } from './pglite-dump.ts'
import { unpackTar } from './unpack-tar.ts'

/** Options of a fresh database: small log segments keep dumps and the prepared folder small. */
export const INITDB_OPTIONS = ['--wal-segsize=1']

/** Version of the PGlite that is installed: a data folder is prepared for exactly one. */
export function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

/** Path of the data folder, packed, that ships for this version of PGlite. It may not exist. */
export function preparedFolderPath(version: string): string {
  return assetPath(`storage/database/prepared/pglite-${version}.tar.br`)
}

/** True when PGlite could open this folder at all. */
export function hasDataFolder(dir: string): boolean {
  return existsSync(join(dir, 'PG_VERSION'))
}

/**
 * Makes a data folder at `dir` in place of whatever is there: from the last whole dump, else from the prepared folder,
 * else by initdb (4 to 8 s). It appears whole or not at all, so a kill in between starts over.
 */
export async function makeDataFolder(dir: string, dumpDir: string, log: Log): Promise<'dump' | 'prepared' | 'initdb'> {
  const draft = `${dir}.tmp`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(dirname(dir), { recursive: true })
  const origin = await fillFolder(draft, dumpDir, log)
  rmSync(dir, { recursive: true, force: true })
  renameSync(draft, dir)
  return origin
}

async function fillFolder(draft: string, dumpDir: string, log: Log): Promise<'dump' | 'prepared' | 'initdb'> {
  const dump = findDump(dumpDir)
  if (dump !== null) {
    cpSync(join(dump, 'files'), draft, { recursive: true })
    return 'dump'
  }
  const version = pgliteVersion()
  const prepared = preparedFolderPath(version)
  if (existsSync(prepared)) {
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    unpackTar(brotliDecompressSync(readFileSync(prepared)), draft)
    return 'prepared'
  }
  log.warn({ pgliteVersion: version }, 'no prepared data folder for this version, the first start takes longer')
  await (await PGlite.create(draft, { initDbStartParams: INITDB_OPTIONS })).close()
  return 'initdb'
}

/** Moves a damaged folder out of the way, in place of an earlier one, for someone to look at. */
export function setAside(dir: string): string {
  const aside = `${dir}.damaged`
  rmSync(aside, { recursive: true, force: true })
  if (existsSync(dir)) renameSync(dir, aside)
  return aside
}

/** True for a folder that exists and holds something. */
export function isFilled(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).length > 0
}
