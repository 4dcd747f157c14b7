import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { LedgerSource } from '../../core/ledger-audit/verify-ledger.ts'
import { recordHash } from '../../core/ledger-record.ts'
import { createCompactRange } from '../../core/merkle/compact-range.ts'
import { HASH_BYTES } from '../../core/merkle/hashes.ts'
import { parseVerifierKey, type VerifierKey } from '../../core/notes/note-keys.ts'
import { splitLines } from '../../core/split-lines.ts'

/**
 * An export is one file of lines. Those that begin with `{"huying":` are ours: first what the file is (`ledger`), then checkpoints and
 * hashes, in the end (`end`) how far it goes. All between are records, byte for byte as they lie on disk. See docs/FORMATS.md.
 */
const FORMAT = 1
const OURS = Buffer.from('{"huying":')
const HASHES_A_LINE = 256

interface Head {
  huying: 'ledger'
  format: number
  origin: string
  from: number
  prev: string | null
  subtrees: string[]
  keys: string[]
}
type Line =
  | Head
  | { huying: 'checkpoint'; note: string }
  | { huying: 'hashes'; sha256: string }
  | { huying: 'end'; to: number }

/** The lines of an export of the records from `fromSeq` on, each a whole line without its newline. */
export async function* exportLedger(source: LedgerSource, fromSeq = 1): AsyncGenerator<Buffer | string> {
  const { origin, notes, leaves, keys } = source
  const records = source.records[Symbol.asyncIterator]()
  const skipped = createCompactRange()
  let prev = source.from.prev
  while (skipped.size < fromSeq - 1) {
    const { done, value } = await records.next()
    if (done) throw new AppError('not_found', 'the ledger is not this long', { fromSeq })
    const hash = recordHash(value)
    prev = hash.toString('hex')
    skipped.append(hash)
  }
  const subtrees = skipped.hashes().map((hash) => hash.toString('hex'))
  const verifiers = keys.map(({ text }) => text)
  yield line({ huying: 'ledger', format: FORMAT, origin, from: fromSeq, prev, subtrees, keys: verifiers })
  for (const note of notes) yield line({ huying: 'checkpoint', note })
  for (let at = (fromSeq - 1) * HASH_BYTES; at < leaves.length; at += HASHES_A_LINE * HASH_BYTES)
    yield line({ huying: 'hashes', sha256: leaves.subarray(at, at + HASHES_A_LINE * HASH_BYTES).toString('base64') })
  let to = fromSeq - 1
  for (let read = await records.next(); !read.done; read = await records.next()) {
    to++
    yield read.value
  }
  yield line({ huying: 'end', to })
}

/** Throws `bad_request` when the file is no export, or was cut short. */
export async function readExport(path: string): Promise<LedgerSource> {
  const found = { notes: [] as string[], hashes: [] as Buffer[], to: undefined as number | undefined }
  let head: Head | undefined
  for await (const bytes of splitLines(createReadStream(path))) {
    const ours = isOurs(bytes) ? parseLine(bytes) : null
    if (ours?.huying === 'ledger') head ??= ours
    if (!head) break
    if (ours?.huying === 'checkpoint') found.notes.push(ours.note)
    if (ours?.huying === 'hashes') found.hashes.push(Buffer.from(ours.sha256, 'base64'))
    if (ours?.huying === 'end') found.to = ours.to
  }
  if (!head || head.format !== FORMAT) throw new AppError('bad_request', 'not an export of a ledger', { file: path })
  if (found.to === undefined)
    throw new AppError('bad_request', 'the export has no end: it was cut short', { file: path })
  const { origin, from, prev, subtrees, keys } = head
  return {
    origin,
    from: { size: from - 1, prev, subtrees: subtrees.map((hex) => Buffer.from(hex, 'hex')) },
    records: recordsOf(path),
    notes: found.notes,
    leaves: Buffer.concat(found.hashes),
    keys: keys.map(parseVerifierKey),
  }
}

/** True for a file that begins as an export does. */
export async function isExport(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(OURS.length), 0, OURS.length, 0)
    return bytesRead === OURS.length && buffer.equals(OURS)
  } finally {
    await file.close()
  }
}

/** The same with keys of departments beside those that came along. */
export function withKeys(source: LedgerSource, keys: readonly VerifierKey[]): LedgerSource {
  return { ...source, keys: [...source.keys, ...keys] }
}

async function* recordsOf(path: string): AsyncGenerator<Buffer> {
  for await (const bytes of splitLines(createReadStream(path))) if (!isOurs(bytes)) yield bytes
}

function isOurs(bytes: Buffer): boolean {
  return bytes.subarray(0, OURS.length).equals(OURS)
}

function line(of: Line): string {
  return JSON.stringify(of)
}

function parseLine(bytes: Buffer): Line | null {
  try {
    return JSON.parse(bytes.toString()) as Line
  } catch {
    return null
  }
}
