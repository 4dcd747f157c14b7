import { constants, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Queryable } from './engine.ts'
import { syncFile, syncFiles } from './sync-files.ts'

/** Positions per journal id, as a dump contains them. */
export type Positions = Record<string, number>

/** One file of a dump: what the source looked like when it was copied. */
interface DumpedFile {
  bytes: number
  modifiedMs: number
}
/** What `manifest.json` of a dump says. A dump without a readable one does not count. */
export interface DumpManifest {
  pgliteVersion: string
  positions: Positions
  startedMs: number
  files: Record<string, DumpedFile>
}
export interface DumpCost {
  copiedBytes: number
  /** How long nobody else could use the database. */
  blockedMs: number
}

const MANIFEST = 'manifest.json'
/** File times tick in milliseconds on some systems: a file changed this shortly before a dump is copied again. */
const DOUBT_MS = 2_000
const CURRENT_WAL = `select pg_walfile_name(pg_current_wal_lsn()) as last, redo_wal_file as first from pg_control_checkpoint()`

/** The manifest of the dump in `dumpDir`, or null when there is no whole one. */
export function readDumpManifest(dumpDir: string): DumpManifest | null {
  try {
    const manifest = JSON.parse(readFileSync(join(dumpDir, MANIFEST), 'utf8')) as DumpManifest
    for (const [file, { bytes }] of Object.entries(manifest.files))
      if (statSync(join(dumpDir, 'files', file)).size !== bytes) return null
    return manifest
  } catch {
    return null
  }
}

/** What a dump would copy now, in bytes: files that changed since the last one. */
export function changedBytes(dataDir: string, dumpDir: string): number {
  const previous = readDumpManifest(dumpDir)
  let bytes = 0
  for (const file of listFiles(dataDir)) {
    const now = stateOf(dataDir, file)
    if (!isSame(now, file, previous)) bytes += now.bytes
  }
  return bytes
}

/**
 * Copies the files of a database into `dumpDir` such that the copy is whole and synced before it replaces the one
 * before. PGlite has no process of its own that writes, so while `db` is held exclusively and checkpointed, its files
 * stand still. Files that did not change since the last dump are shared with it by hard link: the cost is what changed.
 */
export async function copyDatabase(
  db: Queryable,
  paths: { dataDir: string; dumpDir: string },
  facts: { pgliteVersion: string; positions: Positions; startedMs: number },
): Promise<DumpCost & { finish: () => Promise<void> }> {
  const { dataDir, dumpDir } = paths
  const target = `${dumpDir}.tmp`
  const previous = readDumpManifest(dumpDir)
  await rm(target, { recursive: true, force: true })
  await mkdir(join(target, 'files'), { recursive: true, mode: 0o700 })
  const started = performance.now()
  await db.script('checkpoint')
  const [wal] = await db.query<{ first: string; last: string }>(CURRENT_WAL)
  const files: Record<string, DumpedFile> = {}
  const copied: string[] = []
  for (const folder of listFolders(dataDir)) mkdirSync(join(target, 'files', folder), { recursive: true, mode: 0o700 })
  for (const file of listFiles(dataDir)) {
    if (isIdleWal(file, wal)) continue
    const now = stateOf(dataDir, file)
    files[file] = now
    if (isSame(now, file, previous)) linkSync(join(dumpDir, 'files', file), join(target, 'files', file))
    else {
      copyFileSync(join(dataDir, file), join(target, 'files', file), constants.COPYFILE_FICLONE)
      copied.push(file)
    }
  }
  const manifest: DumpManifest = { ...facts, files }
  const copiedBytes = copied.reduce((sum, file) => sum + (files[file]?.bytes ?? 0), 0)
  const blockedMs = performance.now() - started
  return { copiedBytes, blockedMs, finish: () => finishDump(target, dumpDir, manifest, copied) }
}

/** Syncs the copy, then lets it take the place of the one before. A cut in between leaves one of the two whole. */
async function finishDump(target: string, dumpDir: string, manifest: DumpManifest, copied: string[]): Promise<void> {
  const files = join(target, 'files')
  const folders = listFolders(files)
  await syncFiles([...copied, ...folders].map((name) => join(files, name)))
  await syncFile(files)
  await writeFile(join(target, MANIFEST), JSON.stringify(manifest))
  await syncFile(join(target, MANIFEST))
  await syncFile(target)
  const old = `${dumpDir}.old`
  await rm(old, { recursive: true, force: true })
  if (existsSync(dumpDir)) await rename(dumpDir, old)
  await rename(target, dumpDir)
  await syncFile(dirname(dumpDir))
  await rm(old, { recursive: true, force: true })
}

/** Where a whole dump lies: in `dumpDir`, or beside it when the last replacement was cut short. Null: nowhere. */
export function findDump(dumpDir: string): string | null {
  for (const dir of [dumpDir, `${dumpDir}.old`]) if (readDumpManifest(dir) !== null) return dir
  return null
}

function stateOf(dataDir: string, file: string): DumpedFile {
  const stat = statSync(join(dataDir, file))
  return { bytes: stat.size, modifiedMs: stat.mtimeMs }
}

function isSame(now: DumpedFile, file: string, previous: DumpManifest | null): boolean {
  const before = previous?.files[file]
  if (previous === null || before === undefined) return false
  const settled = now.modifiedMs < previous.startedMs - DOUBT_MS
  return settled && before.bytes === now.bytes && before.modifiedMs === now.modifiedMs
}

/** Log segments before the checkpoint and recycled ones after the current are not needed to open the copy. */
function isIdleWal(file: string, wal: { first: string; last: string } | undefined): boolean {
  if (wal === undefined || dirname(file) !== 'pg_wal') return false
  const segment = basename(file)
  return segment < wal.first || segment > wal.last
}

function listFiles(dir: string): string[] {
  return list(dir, (entry) => entry.isFile()).filter((file) => file !== 'postmaster.pid')
}

function listFolders(dir: string): string[] {
  return list(dir, (entry) => entry.isDirectory())
}

function list(dir: string, wanted: (entry: { isFile(): boolean; isDirectory(): boolean }) => boolean): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(wanted)
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
}
