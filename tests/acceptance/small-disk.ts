import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real file system of a few MiB that can be filled up. */
export interface SmallDisk {
  dir: string
  /** Takes all the room that there is; called again, what was freed meanwhile. */
  fill(): void
  /** Gives it back. */
  makeRoom(): void
  remove(): void
}

/** Mounts a tmpfs. Null where that is not permitted: it takes root. */
export function mountSmallDisk(mebibytes: number): SmallDisk | null {
  const dir = mkdtempSync(join(tmpdir(), 'huying-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir], { stdio: 'ignore' })
  } catch {
    rmdirSync(dir)
    return null
  }
  const ballast = join(dir, 'ballast')
  return {
    dir,
    fill() {
      for (const chunk of [Buffer.alloc(1024 * 1024), Buffer.alloc(4096)]) fillWith(ballast, chunk)
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync('umount', ['-l', dir])
      rmdirSync(dir)
    },
  }
}

function fillWith(path: string, chunk: Buffer): void {
  const file = openSync(path, 'a')
  try {
    while (writeSync(file, chunk) === chunk.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
