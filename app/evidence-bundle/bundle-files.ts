import { createHash } from 'node:crypto'
import type { BundleFile, LeftOut } from '../../core/bundle-desk.ts'

/** Of pictures: a bundle is made in memory, and originals may have 20 MB each. All else is bounded where it is gathered. */
const MAX_BYTES = 96 * 1024 * 1024

/** The files of a bundle. */
export interface BundleFiles {
  put(path: string, content: string | Buffer): void
  /** The same as long as there is room for what is large; false, and said among `leftOut`, when there is none. */
  add(path: string, content: Buffer): boolean
  list(): BundleFile[]
  contents(): { path: string; bytes: Buffer }[]
  readonly leftOut: LeftOut[]
}

export function createBundleFiles(maxBytes = MAX_BYTES): BundleFiles {
  const files = new Map<string, { file: BundleFile; bytes: Buffer }>()
  const leftOut: LeftOut[] = []
  let total = 0

  function put(path: string, content: string | Buffer): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    files.set(path, { file: { path, bytes: bytes.length, sha256: sha256Of(bytes) }, bytes })
  }
  return {
    put,
    add(path, content) {
      if (total + content.length > maxBytes) {
        leftOut.push({ what: path, why: `a bundle holds ${maxBytes} bytes of pictures` })
        return false
      }
      total += content.length
      put(path, content)
      return true
    },
    list: () => [...files.values()].map(({ file }) => file),
    contents: () => [...files].map(([path, { bytes }]) => ({ path, bytes })),
    leftOut,
  }
}

/** Hex. */
export function sha256Of(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
