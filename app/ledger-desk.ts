import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'
import type { LedgerFault } from '../core/ledger-audit/ledger-fault.ts'
import type { LedgerDesk, SignedCheckpoint } from '../core/ledger-desk.ts'
import { consistencyPath, inclusionPath } from '../core/merkle/prove.ts'
import { formatCheckpoint, parseCheckpoint } from '../core/notes/checkpoint.ts'
import type { SignerKey, VerifierKey } from '../core/notes/note-keys.ts'
import { formatNote, isSignedBy, parseNote, parseSignature, signText } from '../core/notes/signed-note.ts'
import type { CheckpointStore } from '../storage/ledger/checkpoint-store.ts'
import type { HashFiles } from '../storage/ledger/hash-files.ts'

const RECORDS_BYTES = 4 * 1024 * 1024
const RECORDS_BATCH = 200

export interface LedgerDeskParts {
  ledger: Pick<Journal, 'read' | 'status'>
  files: HashFiles
  store: CheckpointStore
  signer: SignerKey
  /** Keys of departments, and those that this ledger was signed with before. */
  others: readonly VerifierKey[]
  /** A bent ledger is not signed any more. */
  fault(): LedgerFault | null
  clock: Clock
}

/** The desk, and who makes checkpoints now and then. */
export interface SigningDesk extends LedgerDesk {
  /** Signs what the ledger has now, unless the newest checkpoint covers it. Throws `journal_corrupt` over a bent ledger. */
  sign(): Promise<SignedCheckpoint | null>
  /** Reads the newest checkpoint, so that it is known. */
  start(): Promise<void>
}

export function createLedgerDesk(parts: LedgerDeskParts): SigningDesk {
  const { ledger, files, store, signer, others, clock } = parts
  const origin = signer.name
  const keys = [signer, ...others]
  const witnesses = others.filter(({ name }) => name !== origin)
  let newest: SignedCheckpoint | null = null
  let last: Promise<unknown> = Promise.resolve()

  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }

  function toSigned(note: string): SignedCheckpoint {
    const { text, signatures } = parseNote(note)
    const { size, rootHash, atMs } = parseCheckpoint(text)
    const known = signatures.filter(({ name, keyId }) => keys.some((key) => key.name === name && key.id === keyId))
    return { size, rootHash, atMs: atMs ?? 0, signedBy: [...new Set(known.map(({ name }) => name))], note }
  }

  async function stored(size: number): Promise<SignedCheckpoint> {
    const note = await store.get(size)
    if (note === null) throw new AppError('not_found', 'no checkpoint of this size', { size })
    return toSigned(note)
  }

  async function signNow(): Promise<SignedCheckpoint | null> {
    const { size } = files
    if (size === (newest?.size ?? 0)) return newest
    const fault = parts.fault()
    if (fault) throw new AppError('journal_corrupt', 'the ledger is bent and not signed any more', { ...fault })
    const rootHash = await files.root(size)
    await files.sync()
    const nowMs = clock.nowMs()
    const text = formatCheckpoint({ origin, size, rootHash, atMs: nowMs })
    const note = formatNote(text, [signText(text, signer, nowMs)])
    await store.add(size, note)
    newest = toSigned(note)
    return newest
  }

  function witnessOf(line: string, text: string): VerifierKey {
    const signature = parseSignature(line)
    const key = witnesses.find(({ name, id }) => name === signature.name && id === signature.keyId)
    if (!key) throw new AppError('bad_request', 'a key that is not configured', { name: signature.name })
    if (!isSignedBy(text, signature, key))
      throw new AppError('bad_request', 'the signature is wrong', { name: key.name })
    return key
  }

  async function counterSign(size: number, line: string): Promise<SignedCheckpoint> {
    const { note } = await stored(size)
    const { text, signatures } = parseNote(note)
    const { name, id } = witnessOf(line, text)
    // Once is enough, and bounds what is stored.
    if (!signatures.some((one) => one.name === name && one.keyId === id)) await store.sign(size, line)
    const signed = await stored(size)
    if (newest?.size === size) newest = signed
    return signed
  }

  function inTree(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > files.size)
      throw new AppError('not_found', 'the ledger was never this long', { size, has: files.size })
  }

  return {
    origin,
    keys: () => keys.map(({ name, text }) => ({ name, verifier: text })),
    async records(afterSeq, limit) {
      const found: { seq: number; bytes: Buffer }[] = []
      let bytes = 0
      while (found.length < limit && bytes < RECORDS_BYTES) {
        const wanted = Math.min(RECORDS_BATCH, limit - found.length)
        const more = await ledger.read(afterSeq + found.length, wanted)
        found.push(...more)
        bytes += more.reduce((sum, entry) => sum + entry.bytes.length, 0)
        if (more.length < wanted) break
      }
      return found
    },
    checkpoint: () => newest,
    async checkpoints(afterSize, limit) {
      const first = countUpTo(store.sizes, afterSize)
      return Promise.all(store.sizes.slice(first, first + limit).map(stored))
    },
    async covering(seq) {
      if (!Number.isSafeInteger(seq) || seq < 1 || seq > files.size)
        throw new AppError('not_found', 'no record at this position', { seq, has: files.size })
      const size = store.sizes[countUpTo(store.sizes, seq - 1)]
      return size === undefined ? ((await oneByOne(signNow)) as SignedCheckpoint) : stored(size)
    },
    async inclusion(seq, size) {
      inTree(size)
      if (!Number.isSafeInteger(seq) || seq < 1 || seq > size)
        throw new AppError('not_found', 'no record at this position in a tree of this size', { seq, size })
      const leafHash = await files.leaves(seq, 1)
      return { seq, size, leafHash, path: await inclusionPath(seq - 1, size, files.read) }
    },
    async consistency(oldSize, size) {
      inTree(size)
      if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > size)
        throw new AppError('not_found', 'the older tree is larger', { oldSize, size })
      return { oldSize, size, path: oldSize === 0 ? [] : await consistencyPath(oldSize, size, files.read) }
    },
    counterSign: (size, line) => oneByOne(() => counterSign(size, line)),
    sign: () => oneByOne(signNow),
    async start() {
      const size = store.sizes.at(-1)
      if (size !== undefined) newest = await stored(size)
    },
  }
}

/** How many of the ascending sizes are at most this. There is one a minute, for years. */
function countUpTo(sizes: readonly number[], limit: number): number {
  let low = 0
  let high = sizes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sizes[middle] as number) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
