import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import { errnoOf, isDiskFull } from './errno.ts'
import { syncFolder } from './sync-folder.ts'
import { writeSynced } from './write-file-atomically.ts'

const SHA256_HEX = /^[0-9a-f]{64}$/

/**
 * Evidence as files `ab/cd/abcd….`, half-written ones in `incoming/`, which is emptied at the first `put`: one process at
 * a time. `put` throws `journal_full` when the disk is full. `pathOf` throws `bad_request` for what is no SHA-256.
 */
export function createEvidenceFiles(dir: string): EvidenceStore {
  const incoming = join(dir, 'incoming')
  const inProgress = new Map<string, Promise<void>>()
  const syncedFolders = new Set<string>()
  let ready: Promise<void> | null = null

  function pathOf(sha256: string): string {
    if (!SHA256_HEX.test(sha256)) throw new AppError('bad_request', 'not a SHA-256 in lower-case hex', { sha256 })
    return join(dir, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  async function emptyIncoming(): Promise<void> {
    await rm(incoming, { recursive: true, force: true })
    await mkdir(incoming, { recursive: true })
    await syncFolder(dirname(dir))
  }

  /** A failure is not remembered, the next `put` tries again. */
  async function makeReady(): Promise<void> {
    ready ??= emptyIncoming()
    try {
      await ready
    } catch (err) {
      ready = null
      throw err
    }
  }

  /** Makes a picture's folders and their names durable, once per process. */
  async function makeFolders(leaf: string): Promise<void> {
    if (syncedFolders.has(leaf)) return
    await mkdir(leaf, { recursive: true })
    await syncFolder(dirname(leaf))
    await syncFolder(dir)
    syncedFolders.add(leaf)
  }

  async function store(path: string, bytes: Buffer): Promise<void> {
    await makeReady()
    const leaf = dirname(path)
    await makeFolders(leaf)
    if ((await sizeOf(path)) !== bytes.length) {
      const temporary = join(incoming, randomUUID())
      try {
        await writeSynced(temporary, bytes)
        await rename(temporary, path)
      } catch (err) {
        await rm(temporary, { force: true })
        throw err
      }
    }
    await syncFolder(leaf)
  }

  async function put(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    let writing = inProgress.get(sha256)
    if (!writing) {
      writing = store(pathOf(sha256), bytes).finally(() => inProgress.delete(sha256))
      inProgress.set(sha256, writing)
    }
    try {
      await writing
    } catch (err) {
      if (isDiskFull(err)) throw new AppError('journal_full', 'no room for evidence', { sha256 }, { cause: err })
      throw err
    }
    return sha256
  }

  async function get(sha256: string): Promise<Buffer | null> {
    if (!SHA256_HEX.test(sha256)) return null
    try {
      return await readFile(pathOf(sha256))
    } catch (err) {
      if (errnoOf(err) === 'ENOENT') return null
      throw err
    }
  }

  return { put, get, pathOf }
}

/** Bytes of a file, or null when there is none. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (err) {
    if (errnoOf(err) === 'ENOENT') return null
    throw err
  }
}
