import { open } from 'node:fs/promises'

/** Makes the names in a folder durable: a file that was created, renamed or deleted stays so after a power cut. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
