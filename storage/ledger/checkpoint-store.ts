import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { AppError } from '../../core/errors.ts'
import { formatNote, parseNote } from '../../core/notes/signed-note.ts'

/**
 * Checkpoints and the signatures that came for them, in a file that only grows: one JSON object a line, `{"size", "note"}` or
 * `{"size", "signature"}`.
 */
export interface CheckpointStore {
  /** Sizes of all, ascending. */
  readonly sizes: readonly number[]
  /** Lines that are none of ours: somebody else wrote into the file. */
  readonly strangeLines: number
  /** The note of this size with all its signatures; null when there is none. Throws `journal_corrupt`. */
  get(size: number): Promise<string | null>
  /** Durable when it resolves. `size` is larger than all before. */
  add(size: number, note: string): Promise<void>
  /** Adds the line of a signature to a stored checkpoint. Durable when it resolves. */
  sign(size: number, signature: string): Promise<void>
  close(): Promise<void>
}

type Line = { size: number; note: string } | { size: number; signature: string }

export async function openCheckpointStore(path: string): Promise<CheckpointStore> {
  const made = await open(path, 'a', 0o644)
  await made.close()
  const file = await open(path, 'r+')
  const index = await readIndex(file)
  // A line that a crash cut short was never answered for.
  await file.truncate(index.end)
  let writing: Promise<void> = Promise.resolve()
  let isTorn = false

  /** What a failed write left behind is cut off first: a shorter line would not cover it. */
  async function write(line: Line): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    if (isTorn) await file.truncate(index.end)
    isTorn = true
    await writeAll(file, bytes, index.end)
    await file.datasync()
    isTorn = false
    index.take(line, bytes.length)
  }

  function append(line: Line): Promise<void> {
    writing = writing.catch(() => {}).then(() => write(line))
    return writing
  }

  return {
    sizes: index.sizes,
    strangeLines: index.strangeLines(),
    async get(size) {
      const place = index.placeOf(size)
      if (!place) return null
      const bytes = Buffer.alloc(place.byteLength)
      await file.read(bytes, 0, bytes.length, place.offset)
      const line = parseLine(bytes.toString())
      if (line === null || !('note' in line))
        throw new AppError('journal_corrupt', 'a checkpoint was changed', { path })
      return withSignatures(line.note, index.signaturesOf(size))
    },
    add: (size, note) => append({ size, note }),
    sign: (size, signature) => append({ size, signature }),
    async close() {
      await writing.catch(() => {})
      await file.close()
    },
  }
}

/** All notes of a store with their signatures, oldest first, read beside whoever writes it. Empty when there is no such file. */
export async function readCheckpoints(path: string): Promise<string[]> {
  const lines = new Map<number, { note: string; signatures: string[] }>()
  for (const line of await readLines(path)) {
    if ('note' in line) lines.set(line.size, { note: line.note, signatures: [] })
    else lines.get(line.size)?.signatures.push(line.signature)
  }
  return [...lines.values()].map(({ note, signatures }) => withSignatures(note, signatures))
}

function withSignatures(note: string, more: readonly string[]): string {
  const { text, signatures } = parseNote(note)
  return formatNote(text, [...new Set([...signatures.map(({ line }) => line), ...more])])
}

async function readLines(path: string): Promise<Line[]> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return []
  try {
    const text = (await file.readFile()).toString()
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => parseLine(line) ?? [])
  } finally {
    await file.close()
  }
}

function createIndex() {
  const sizes: number[] = []
  const places = new Map<number, { offset: number; byteLength: number }>()
  const signatures = new Map<number, string[]>()
  let end = 0
  let strangeLines = 0
  return {
    sizes,
    get end() {
      return end
    },
    placeOf: (size: number) => places.get(size),
    signaturesOf: (size: number) => signatures.get(size) ?? [],
    strangeLines: () => strangeLines,
    take(line: Line | null, byteLength: number): void {
      if (line === null) strangeLines++
      else if ('signature' in line) signatures.set(line.size, [...(signatures.get(line.size) ?? []), line.signature])
      else if (line.size <= (sizes.at(-1) ?? -1)) strangeLines++
      else {
        sizes.push(line.size)
        places.set(line.size, { offset: end, byteLength })
      }
      end += byteLength
    },
  }
}

async function readIndex(file: FileHandle) {
  const index = createIndex()
  const { size } = await file.stat()
  const stream = file.createReadStream({ start: 0, end: Math.max(0, size - 1), autoClose: false })
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    const byteLength = Buffer.byteLength(text) + 1
    if (index.end + byteLength > size) break
    index.take(parseLine(text), byteLength)
  }
  return index
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
}

function parseLine(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Partial<Record<string, unknown>> | null
    const isLine =
      typeof line?.size === 'number' && (typeof line.note === 'string' || typeof line.signature === 'string')
    return isLine ? (line as Line) : null
  } catch {
    return null
  }
}
