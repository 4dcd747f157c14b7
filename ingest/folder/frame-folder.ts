import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { DEVICE_ID } from '../../core/device.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { FrontDoor } from '../../core/front-door.ts'
import type { Log } from '../../core/log.ts'
import { FLIGHT_ID } from '../../core/patrol.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { settled } from './settled.ts'

/** Takes in pictures that are put into a folder. */
export interface FrameFolder {
  /** Makes the folders. Throws `config_invalid` when it cannot. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Looks once. */
  look(): Promise<void>
  /** Why nothing can be taken in now, or null. */
  readonly fault: string | null
}

export interface FrameFolderOptions {
  folder: string
  /** What becomes of a picture that was taken in. */
  done: 'move' | 'delete'
  frontDoor: Pick<FrontDoor, 'frame'>
  clock: Clock
  log: Log
  maxBytes: number
  everyMs?: number
}

const EVERY_MS = 2_000
/** The rest is for the next look. */
const PICTURES_A_LOOK = 1_000
const DONE = 'done'
const REFUSED = 'refused'
const PICTURE_NAME = /^[^.].*\.jpe?g$/i

interface Found {
  path: string
  deviceId: string
  flightId?: string
  bytes: number
  modifiedMs: number
}

/**
 * `<folder>/<device>/[flight/]name.jpg`, in order of their names, once a picture has the same size and time at two looks.
 * It leaves the folder when it is durable: to `done/`, or to `refused/` with the reason beside it. A crash in between takes
 * it in again, which is the same frame. What cannot be stored now stays where it is.
 */
export function createFrameFolder(options: FrameFolderOptions): FrameFolder {
  const { folder, frontDoor, clock, log, maxBytes, everyMs = EVERY_MS } = options
  let seen = new Map<string, string>()
  /** Complained of once. */
  const unreadable = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let isOpen = true
  let fault: string | null = null

  async function lookOnce(): Promise<void> {
    const found = await search(folder)
    const { ready, now } = settled(found, seen, clock.nowMs())
    seen = now
    for (const picture of ready) {
      if (!isOpen) return
      await takeIn(picture).catch((err) => pass(picture, err))
    }
  }

  /** One file that cannot be read or moved holds up no other; what cannot be stored now ends the look. */
  function pass({ path }: Found, err: unknown): void {
    if (err instanceof AppError) throw err
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return
    if (!unreadable.has(path)) log.warn({ err, file: path }, 'a picture cannot be read or moved')
    unreadable.add(path)
  }

  async function takeIn(picture: Found): Promise<void> {
    const { path, deviceId, flightId, bytes } = picture
    const outcome: Awaited<ReturnType<FrontDoor['frame']>> =
      bytes > maxBytes
        ? refuse('too_large', `frame: more than ${maxBytes} bytes`)
        : await frontDoor.frame(deviceId, await readFile(path), {
            name: basename(path),
            ...(flightId !== undefined && { flightId }),
          })
    if (isRefusal(outcome)) await putAway(picture, outcome)
    else if (options.done === 'delete') await rm(path)
    else await rename(path, await targetOf(picture, DONE))
    seen.delete(path)
  }

  async function putAway(picture: Found, { refused, detail }: Refusal): Promise<void> {
    const target = await targetOf(picture, REFUSED)
    log.warn({ deviceId: picture.deviceId, file: basename(picture.path), refused, detail }, 'a picture is refused')
    await writeFile(`${target}.reason.txt`, `${refused}: ${detail}\n`)
    await rename(picture.path, target)
  }

  /** The same place below `done/` or `refused/`, under a name that is free. */
  async function targetOf({ path, deviceId, flightId }: Found, kind: string): Promise<string> {
    const target = join(folder, kind, deviceId, flightId ?? '', basename(path))
    await mkdir(dirname(target), { recursive: true })
    const isTaken = await stat(target).then(
      () => true,
      () => false,
    )
    return isTaken ? `${target}.${clock.nowMs()}.jpg` : target
  }

  function look(): Promise<void> {
    looking ??= lookOnce()
      .then(() => {
        fault = null
      })
      .catch((thrown) => {
        const err = toAppError(thrown)
        const message = err.cause instanceof Error ? err.cause.message : err.message
        if (fault !== message) log.warn({ err }, 'the folder of pictures cannot be taken in now')
        fault = message
      })
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    async start() {
      try {
        await mkdir(join(folder, DONE), { recursive: true })
        await mkdir(join(folder, REFUSED), { recursive: true })
      } catch (cause) {
        throw new AppError('config_invalid', 'media.folder cannot be used', { folder }, { cause })
      }
      timer ??= setInterval(look, everyMs)
      void look()
    },
    async stop() {
      isOpen = false
      clearInterval(timer)
      await looking
    },
    look,
    get fault() {
      return fault
    },
  }
}

async function search(folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const deviceId of await names(folder, 'folder')) {
    if (deviceId === DONE || deviceId === REFUSED || !DEVICE_ID.test(deviceId)) continue
    const own = join(folder, deviceId)
    await add(own, { deviceId }, found)
    for (const flightId of await names(own, 'folder'))
      if (FLIGHT_ID.test(flightId)) await add(join(own, flightId), { deviceId, flightId }, found)
  }
  return found
}

async function add(folder: string, of: { deviceId: string; flightId?: string }, found: Found[]): Promise<void> {
  for (const name of await names(folder, 'file')) {
    if (!PICTURE_NAME.test(name) || found.length >= PICTURES_A_LOOK) continue
    const path = join(folder, name)
    const seen = await stat(path).catch(unlessGone)
    if (seen) found.push({ path, ...of, bytes: seen.size, modifiedMs: seen.mtimeMs })
  }
}

function unlessGone(err: NodeJS.ErrnoException): undefined {
  if (err.code !== 'ENOENT') throw err
}

/** Links are left alone: they may lead anywhere. */
async function names(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .sort()
}
