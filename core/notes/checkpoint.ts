import { AppError } from '../errors.ts'
import { HASH_BYTES } from '../merkle/hashes.ts'

/** What a checkpoint says (C2SP tlog-checkpoint): the tree of this log had this size and this root. */
export interface Checkpoint {
  origin: string
  size: number
  rootHash: Buffer
  /** When, from the extension line `time …`; null where there is none. */
  atMs: number | null
}

const SIZE = /^(0|[1-9][0-9]*)$/
const TIME = /^time (\S+)$/

/** The text that is signed: origin, size, root, and the time as an extension line. */
export function formatCheckpoint({ origin, size, rootHash, atMs }: Checkpoint & { atMs: number }): string {
  return `${origin}\n${size}\n${rootHash.toString('base64')}\ntime ${new Date(atMs).toISOString()}\n`
}

/** Throws `bad_request` when the text is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, ...extensions] = text.split('\n')
  const rootHash = Buffer.from(rootText ?? '', 'base64')
  const size = Number(sizeText)
  if (!origin || !SIZE.test(sizeText ?? '') || !Number.isSafeInteger(size) || rootHash.length !== HASH_BYTES)
    throw new AppError('bad_request', 'not a checkpoint: origin, size and root in the first three lines')
  return { origin, size, rootHash, atMs: timeOf(extensions) }
}

function timeOf(extensions: string[]): number | null {
  const [found] = extensions.flatMap((line) => TIME.exec(line)?.[1] ?? [])
  const atMs = Date.parse(found ?? '')
  return Number.isNaN(atMs) ? null : atMs
}
