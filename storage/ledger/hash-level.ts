import { type FileHandle, open } from 'node:fs/promises'
import { HASH_BYTES } from '../../core/merkle/hashes.ts'

/** A growing list of hashes in one file. Appending only remembers; `flush` writes. */
export interface HashLevel {
  readonly count: number
  push(hash: Buffer): void
  /** `count` hashes from `first` on, one behind the other. Throws `RangeError` beyond the end, system errors. */
  read(first: number, count: number): Promise<Buffer>
  /** Forgets all from `count` on. */
  cut(count: number): Promise<void>
  /** Writes what is remembered. What could not be written stays remembered. */
  flush(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export async function openHashLevel(path: string): Promise<HashLevel> {
  const file = await openOrMake(path)
  const { size } = await file.stat()
  let written = Math.floor(size / HASH_BYTES)
  let pending: Buffer[] = []
  let flushing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const batch = pending.length
    if (batch === 0) return
    const bytes = Buffer.concat(pending.slice(0, batch))
    let done = 0
    while (done < bytes.length) {
      const at = written * HASH_BYTES + done
      done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten
    }
    written += batch
    pending = pending.slice(batch)
  }

  async function readFile(first: number, count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count * HASH_BYTES)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, first * HASH_BYTES)
    if (bytesRead < bytes.length) throw new RangeError(`${path} is shorter than it was`)
    return bytes
  }

  function flush(): Promise<void> {
    flushing = flushing.catch(() => {}).then(write)
    return flushing
  }

  return {
    get count() {
      return written + pending.length
    },
    push(hash) {
      pending.push(hash)
    },
    async read(first, count) {
      if (first < 0 || first + count > written + pending.length) throw new RangeError(`no hash ${first + count - 1}`)
      const isPending = first >= written
      if (isPending) return Buffer.concat(pending.slice(first - written, first - written + count))
      if (first + count > written) await flush()
      return readFile(first, count)
    },
    async cut(count) {
      await flush()
      if (count >= written) return
      await file.truncate(count * HASH_BYTES)
      written = count
    },
    flush,
    async sync() {
      await flush()
      await file.datasync()
    },
    async close() {
      await flush().catch(() => {})
      await file.close()
    },
  }
}

async function openOrMake(path: string): Promise<FileHandle> {
  const made = await open(path, 'a')
  await made.close()
  return open(path, 'r+')
}
