import { statfs } from 'node:fs/promises'
import type { Log } from '../core/log.ts'

/** How much the file system of the data folder still takes. */
export interface DiskRoom {
  /** Infinity until it was looked at, and where the system does not tell. */
  readonly freeBytes: number
  start(): Promise<void>
  stop(): void
}

const LOOK_EVERY_MS = 1_000

export function createDiskRoom({ dir, log }: { dir: string; log: Log }): DiskRoom {
  let freeBytes = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(dir)
      freeBytes = bavail * bsize
    } catch (err) {
      log.debug({ err }, 'free room on the disk not known')
      freeBytes = Number.POSITIVE_INFINITY
    }
  }

  return {
    get freeBytes() {
      return freeBytes
    },
    async start() {
      await look()
      timer ??= setInterval(look, LOOK_EVERY_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}
