import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './sync-folder.ts'

/**
 * Replaces a file so that, whatever happens, either the old or the new content is there, whole. Durable when it
 * resolves. Throws the system's error; nothing is left behind then.
 * `beforeRename` runs when the new content is safe under its temporary name and the old one still stands.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Buffer,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeSynced(temporary, content)
    await beforeRename?.()
    await rename(temporary, path)
  } catch (err) {
    await rm(temporary, { force: true })
    throw err
  }
  await syncFolder(dirname(path))
}

/** Creates a file and syncs its content; its name is durable only after `syncFolder`. Throws EEXIST if it is there. */
export async function writeSynced(path: string, content: string | Buffer): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(content)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
