import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { type FileWatch, watchFiles } from '../watch-files.ts'

/** What tells a change: the manifest's text, and size and time of the files that it names. */
interface ManifestFiles {
  text: string | null
  files: Record<string, string>
}

/**
 * Calls `onChange` each time the manifest, or a model file that it names, has changed. `known` is what was in force
 * when the watch was made: read it before the models are loaded, so that no change between falls through.
 */
export function watchManifest(
  manifestPath: string,
  onChange: () => void,
  options: { debounceMs?: number; pollMs?: number; known?: ManifestFiles } = {},
): FileWatch {
  const paths = [path.dirname(manifestPath)]
  return watchFiles({ paths, read: () => readManifestFiles(manifestPath), onChange, ...options })
}

/** Never throws: a manifest that cannot be read is a state like any other. */
export async function readManifestFiles(manifestPath: string): Promise<ManifestFiles> {
  const text = await readFile(manifestPath, 'utf8').catch(() => null)
  const folder = path.dirname(manifestPath)
  const names = text === null ? [] : namedFiles(text)
  const files = await Promise.all(names.map(async (name) => [name, await markOf(path.resolve(folder, name))] as const))
  return { text, files: Object.fromEntries(files) }
}

function namedFiles(text: string): string[] {
  try {
    const { models } = (parse(text) ?? {}) as { models?: { file?: unknown }[] }
    return (models ?? []).flatMap((model) => (typeof model?.file === 'string' ? [model.file] : []))
  } catch {
    return []
  }
}

async function markOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(file)
    return `${size} ${mtimeMs}`
  } catch {
    return 'missing'
  }
}
