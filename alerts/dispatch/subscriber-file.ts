import { open, readFile, rename } from 'node:fs/promises'

/** `load` and `save` of the subscribers over one file, replaced in one step: written aside, synced, renamed. */
export function createSubscriberFile(path: string): {
  load(): Promise<string | null>
  save(text: string): Promise<void>
} {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async save(text) {
      const aside = `${path}.new`
      const file = await open(aside, 'w')
      try {
        await file.writeFile(text)
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(aside, path)
    },
  }
}
