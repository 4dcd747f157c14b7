import type { FileHandle } from 'node:fs/promises'
import { type Batch, parseBatch } from './batch-format.ts'

const FIRST_CHUNK_BYTES = 64 * 1024
const LARGEST_CHUNK_BYTES = 1024 * 1024
const NOTHING = Buffer.alloc(0)

/** A batch and where it starts in its file. */
export interface PlacedBatch extends Batch {
  offset: number
}

/**
 * The batches of a segment file from `offset` on, each with its checksum verified. Ends, without a word, at the first
 * thing that is no intact batch; whether that is the end or damage is for the caller to say.
 */
export async function* walkBatches(file: FileHandle, offset: number, mark: Buffer): AsyncGenerator<PlacedBatch> {
  const { size } = await file.stat()
  let chunk: Buffer = NOTHING
  let chunkBytes = FIRST_CHUNK_BYTES
  let at = 0
  while (true) {
    const parsed = parseBatch(chunk, at, mark)
    if (parsed === null) return
    if (typeof parsed !== 'number') {
      yield { ...parsed, offset: offset + at }
      at += parsed.byteLength
      continue
    }
    offset += at
    at = 0
    if (offset + parsed > size) return
    chunk = await readAt(file, offset, Math.min(Math.max(parsed, chunkBytes), size - offset))
    if (chunk.length < parsed) return
    chunkBytes = Math.min(chunkBytes * 2, LARGEST_CHUNK_BYTES)
  }
}

/** Up to `byteLength` bytes from `offset` in a buffer of their own; fewer only at the end of the file. */
export async function readAt(file: FileHandle, offset: number, byteLength: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(byteLength)
  let done = 0
  while (done < byteLength) {
    const { bytesRead } = await file.read(bytes, done, byteLength - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
