import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { DEVICE_ID } from '../../core/device.ts'
import type { FrontDoor } from '../../core/front-door.ts'
import type { Log } from '../../core/log.ts'
import { FLIGHT_ID } from '../../core/patrol.ts'
import { isRefusal, refuse } from '../../core/refusal.ts'
import { filesIn, namesIn } from './list-files.ts'
import type { SeenFile } from './settled.ts'
import { createWatchedFolder, DONE, REFUSED, type WatchedFolder } from './watched-folder.ts'

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

/** The rest is for the next look. */
const PICTURES_A_LOOK = 1_000
const PICTURE_NAME = /^[^.].*\.jpe?g$/i

interface Found extends SeenFile {
  deviceId: string
  flightId?: string
}

/** `<folder>/<device>/[flight/]name.jpg`, in order of their names. Taken in again, it is the same frame. */
export function createFrameFolder({ frontDoor, maxBytes, ...options }: FrameFolderOptions): WatchedFolder {
  return createWatchedFolder<Found>({
    ...{ ...options, setting: 'media.folder', reasonEnding: '.reason.txt' },
    search: () => search(options.folder),
    async takeIn({ path, deviceId, flightId, bytes }) {
      const outcome: Awaited<ReturnType<FrontDoor['frame']>> =
        bytes > maxBytes
          ? refuse('too_large', `frame: more than ${maxBytes} bytes`)
          : await frontDoor.frame(deviceId, await readFile(path), {
              name: basename(path),
              ...(flightId !== undefined && { flightId }),
            })
      return isRefusal(outcome) ? `${outcome.refused}: ${outcome.detail}\n` : null
    },
  })
}

async function search(folder: string): Promise<Found[]> {
  const found: Found[] = []
  const add = async (place: string, of: { deviceId: string; flightId?: string }) => {
    const files = await filesIn(place, PICTURE_NAME, PICTURES_A_LOOK - found.length)
    found.push(...files.map((file) => ({ ...file, ...of })))
  }
  for (const deviceId of await namesIn(folder, 'folder')) {
    if (deviceId === DONE || deviceId === REFUSED || !DEVICE_ID.test(deviceId)) continue
    const own = join(folder, deviceId)
    await add(own, { deviceId })
    for (const flightId of await namesIn(own, 'folder'))
      if (FLIGHT_ID.test(flightId)) await add(join(own, flightId), { deviceId, flightId })
  }
  return found
}
