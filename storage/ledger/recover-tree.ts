import type { Journal } from '../../core/journal.ts'
import { createLedgerAudit, type KnownTree } from '../../core/ledger-audit/ledger-audit.ts'
import type { LedgerFault } from '../../core/ledger-audit/ledger-fault.ts'
import { recordHash } from '../../core/ledger-record.ts'
import { HASH_BYTES } from '../../core/merkle/hashes.ts'
import { subtreesOf } from '../../core/merkle/prove.ts'
import type { HashFiles } from './hash-files.ts'

const BATCH = 1_000

/**
 * Brings the hashes up to the end of the ledger, and says whether both agree with each other and with the last checkpoint. Up to that
 * checkpoint the hashes are believed when they make its root, and records are not read again; where they do not, all is read.
 * Hashes that stand beside a bent record are left as they are: they tell which one it is.
 */
export async function recoverTree(
  files: HashFiles,
  ledger: Journal,
  last: KnownTree | null,
): Promise<LedgerFault | null> {
  const { committedSeq } = ledger.status()
  const isCut = files.size > committedSeq && { seq: committedSeq + 1, hashes: files.size }
  const isBelieved = last !== null && files.size >= last.size && (await files.root(last.size)).equals(last.rootHash)
  const size = isBelieved && !isCut ? last.size : 0
  const known = isBelieved || last === null ? files.size : 0
  const audit = createLedgerAudit({
    trees: last ? [last] : [],
    leafOf: await leavesBetween(files, size, known),
    from: { size, subtrees: await subtreesOf(size, files.read), prev: await prevOf(files, size) },
  })
  await files.cut(Math.min(known, committedSeq))
  for (let seq = size; seq < committedSeq; ) {
    const entries = await ledger.read(seq, BATCH)
    for (const { bytes } of entries) {
      audit.add(bytes)
      if (++seq > files.size) files.append(recordHash(bytes))
    }
    if (entries.length === 0) break
  }
  const { fault } = audit.finish()
  if (fault || !isCut) return fault
  return { kind: 'truncated', seq: isCut.seq, detail: `it ends here, ${isCut.hashes} records were hashed when written` }
}

/** Hashes that were kept of the records after `size`, up to `known`. */
async function leavesBetween(files: HashFiles, size: number, known: number) {
  const hashes = known > size ? await files.leaves(size + 1, known - size) : Buffer.alloc(0)
  return (seq: number) => leafAt(hashes, seq - size - 1)
}

/** Zeros are what a power cut leaves in a file that was not synced. */
export function leafAt(hashes: Buffer, index: number): Buffer | undefined {
  const leaf = hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  return leaf.length === HASH_BYTES && leaf.some((byte) => byte !== 0) ? leaf : undefined
}

async function prevOf(files: HashFiles, size: number): Promise<string> {
  return size === 0 ? '0'.repeat(64) : (await files.leaves(size, 1)).toString('hex')
}

/** How long the audit lets others work between two batches. */
const PAUSE_MS = 20
const AUDIT_BATCH = 64

/**
 * Reads all records again and compares each with the hash that was kept of it; slow on purpose. Stops early, with null, when
 * `signal` aborts.
 */
export async function auditRecords(
  files: HashFiles,
  ledger: Journal,
  trees: readonly KnownTree[],
  signal: AbortSignal,
): Promise<LedgerFault | null> {
  const end = files.size
  let hashes: Buffer = Buffer.alloc(0)
  let first = 1
  const audit = createLedgerAudit({
    trees: trees.filter(({ size }) => size <= end),
    leafOf: (seq) => leafAt(hashes, seq - first),
  })
  for (let seq = 0; seq < end && !signal.aborted; ) {
    const entries = await ledger.read(seq, Math.min(AUDIT_BATCH, end - seq))
    if (entries.length === 0) break
    first = seq + 1
    hashes = await files.leaves(first, entries.length)
    for (const { bytes } of entries) audit.add(bytes)
    seq += entries.length
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return signal.aborted ? null : audit.finish().fault
}
