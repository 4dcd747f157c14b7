import { readFile } from 'node:fs/promises'
import { errnoOf } from './errno.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

/** Throws the system's error, except when there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  return (await readBytesIfThere(path))?.toString() ?? null
}

/** The same as it lies there. */
export async function readBytesIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (err) {
    if (errnoOf(err) === 'ENOENT') return null
    throw err
  }
}

/** A text that is kept in one file and always replaced as a whole; durable when `save` resolves. */
export function createTextFile(path: string): { load(): Promise<string | null>; save(text: string): Promise<void> } {
  return {
    load: () => readIfThere(path),
    save: (text) => writeFileAtomically(path, text),
  }
}
