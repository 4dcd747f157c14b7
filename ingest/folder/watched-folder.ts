import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, extname, join, relative } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { createRepeatedLook } from '../repeated-look.ts'
import { type SeenFile, settled } from './settled.ts'

/** Takes in files that are put into a folder. */
export interface WatchedFolder {
  /** Makes the folders. Throws `config_invalid` when it cannot. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Looks once; calls that come meanwhile share it. */
  look(): Promise<void>
  /** Why nothing can be taken in now, or null. */
  readonly fault: string | null
}

export interface WatchedFolderOptions<T extends SeenFile> {
  folder: string
  /** The setting that names the folder. */
  setting: string
  /** Files to take in, in their order; one that cannot be listed throws. */
  search(): Promise<T[]>
  /** Null: it was taken in, durably. A text: it was refused, and why. Throws AppError when it cannot be stored now. */
  takeIn(file: T): Promise<string | null>
  /** Of the file beside a refused one that says why. */
  reasonEnding: string
  /** What becomes of a file that was taken in. */
  done: 'move' | 'delete'
  clock: Clock
  log: Log
  everyMs?: number
}

const EVERY_MS = 2_000
export const DONE = 'done'
export const REFUSED = 'refused'

/**
 * Files are taken in once they have the same size and time at two looks. One leaves when it is durable: to the same place below
 * `done/`, or `refused/` with the reason beside it. A crash in between takes it in again: what it says must be known by its
 * ids. What cannot be stored now stays where it is, as does a file that was replaced while it was read.
 */
export function createWatchedFolder<T extends SeenFile>(options: WatchedFolderOptions<T>): WatchedFolder {
  const { folder, setting, search, takeIn, reasonEnding, clock, log, everyMs = EVERY_MS } = options
  let seen = new Map<string, string>()
  /** Complained of once. */
  const unreadable = new Set<string>()
  let fault: string | null = null
  const looks = createRepeatedLook(lookOnce, everyMs)

  async function lookOnce(): Promise<void> {
    try {
      await takeReady()
      fault = null
    } catch (thrown) {
      const err = toAppError(thrown)
      const message = err.cause instanceof Error ? err.cause.message : err.message
      if (fault !== message) log.warn({ err, setting }, 'the files of a folder cannot be taken in now')
      fault = message
    }
  }

  async function takeReady(): Promise<void> {
    const { ready, now } = settled(await search(), seen, clock.nowMs())
    seen = now
    for (const file of ready) {
      if (!looks.isOpen) return
      await takeAway(file).catch((err) => pass(file, err))
    }
  }

  /** One file that cannot be read or moved holds up no other; what cannot be stored now ends the look. */
  function pass({ path }: T, err: unknown): void {
    if (err instanceof AppError) throw err
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return
    if (!unreadable.has(path)) log.warn({ err, file: path }, 'a file cannot be read or moved')
    unreadable.add(path)
  }

  async function takeAway(file: T): Promise<void> {
    const { path } = file
    const reason = await takeIn(file)
    if (await isChanged(file)) return
    if (reason !== null) await putAside(path, reason)
    else if (options.done === 'delete') await rm(path)
    else await rename(path, await targetOf(path, DONE))
    seen.delete(path)
  }

  async function putAside(path: string, reason: string): Promise<void> {
    const target = await targetOf(path, REFUSED)
    log.warn({ file: relative(folder, path), setting }, 'a file is refused')
    await writeFile(`${target}${reasonEnding}`, reason)
    await rename(path, target)
  }

  /** The same place below `done/` or `refused/`, under a name that is free. */
  async function targetOf(path: string, kind: string): Promise<string> {
    const target = join(folder, kind, relative(folder, path))
    await mkdir(dirname(target), { recursive: true })
    const isTaken = await stat(target).then(
      () => true,
      () => false,
    )
    return isTaken ? `${target}.${clock.nowMs()}${extname(target)}` : target
  }

  return {
    async start() {
      try {
        await mkdir(join(folder, DONE), { recursive: true })
        await mkdir(join(folder, REFUSED), { recursive: true })
      } catch (cause) {
        throw new AppError('config_invalid', `${setting} cannot be used`, { folder }, { cause })
      }
      looks.start()
    },
    stop: looks.stop,
    look: looks.look,
    get fault() {
      return fault
    },
  }
}

async function isChanged({ path, bytes, modifiedMs }: SeenFile): Promise<boolean> {
  const now = await stat(path)
  return now.size !== bytes || now.mtimeMs !== modifiedMs
}
