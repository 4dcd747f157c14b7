import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files synced at once: the disk settles several in one go. */
const AT_ONCE = 8

/** Makes one file, or a folder's list of names, survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes many files survive a power cut. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const waiting = [...paths]
  const syncNext = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await syncFile(path)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, syncNext))
}

/** Makes a folder with everything below it survive a power cut. Cheap for files that are on disk already. */
export async function syncFolder(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const below = entries.filter((entry) => entry.isFile() || entry.isDirectory())
  await syncFiles([...below.map((entry) => join(entry.parentPath, entry.name)), dir])
}
