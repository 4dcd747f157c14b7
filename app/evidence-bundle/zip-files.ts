import { setImmediate } from 'node:timers/promises'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'

/** Some milliseconds of work; others get their turn in between. */
const PIECE_BYTES = 256 * 1024

/** Packs files into a zip, piece by piece. Pictures are stored as they are: they are compressed already. */
export async function* zipFiles(
  files: readonly { path: string; bytes: Buffer }[],
  atMs: number,
): AsyncGenerator<Uint8Array, void> {
  const made: Uint8Array[] = []
  const zip = new Zip((err, chunk) => {
    if (err) throw err
    made.push(chunk)
  })
  for (const { path, bytes } of files) {
    const file = path.endsWith('.jpg') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    file.mtime = inDosTime(atMs)
    zip.add(file)
    for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES) {
      file.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length)
      yield* made.splice(0)
      await setImmediate()
    }
  }
  zip.end()
  yield* made.splice(0)
}

/** A zip can say 1980 to 2099. */
function inDosTime(atMs: number): number {
  return Math.max(Date.UTC(1980, 0, 2), Math.min(Date.UTC(2099, 0, 1), atMs))
}
