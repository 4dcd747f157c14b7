import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SeenFile } from './settled.ts'

/** Names in a folder, in order. Links are left alone: they may lead anywhere. */
export async function namesIn(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .sort()
}

/** At most so many files of a folder whose names match, as they lie there now. */
export async function filesIn(folder: string, name: RegExp, most: number): Promise<SeenFile[]> {
  const found: SeenFile[] = []
  for (const each of await namesIn(folder, 'file')) {
    if (!name.test(each) || found.length >= most) continue
    const path = join(folder, each)
    const seen = await stat(path).catch(unlessGone)
    if (seen) found.push({ path, bytes: seen.size, modifiedMs: seen.mtimeMs })
  }
  return found
}

function unlessGone(err: NodeJS.ErrnoException): undefined {
  if (err.code !== 'ENOENT') throw err
}
