import { createCompactRange } from '../merkle/compact-range.ts'
import { HASH_BYTES } from '../merkle/hashes.ts'
import type { VerifierKey } from '../notes/note-keys.ts'
import { createLedgerAudit, type KnownTree, type LedgerAuditReport } from './ledger-audit.ts'
import type { LedgerFault } from './ledger-fault.ts'
import { toKnownTrees } from './signed-trees.ts'

/** A ledger as it was found: in a data folder or an export. */
export interface LedgerSource {
  origin: string
  /** Where the records begin; `subtrees` and `prev` are believed only as far as checkpoints confirm them. */
  from: { size: number; subtrees: readonly Buffer[]; prev: string | null }
  records: AsyncIterable<Buffer>
  /** Signed checkpoints. */
  notes: readonly string[]
  /** Hashes of the records from `from.size + 1` on, as they were kept beside them, one behind the other. */
  leaves: Buffer
  /** Keys that came along. */
  keys: readonly VerifierKey[]
}

export interface LedgerVerdict extends LedgerAuditReport {
  origin: string
  /** Signed checkpoints that were right and of this ledger. */
  checkpoints: number
  /** False: the ledger's own key was taken from where the records came from, and whoever bent them may have changed it too. */
  isKeyGiven: boolean
}

/**
 * Looks whether the records are complete, in order and those that were signed. `keys`: those that the asker trusts; one with the name
 * of the ledger takes the place of the one that came along. `foreignNotes`: checkpoints that others were given.
 */
export async function verifyLedger(
  source: LedgerSource,
  { keys = [], foreignNotes = [] }: { keys?: readonly VerifierKey[]; foreignNotes?: readonly string[] } = {},
): Promise<LedgerVerdict> {
  const { origin, from } = source
  const isKeyGiven = keys.some(({ name }) => name === origin)
  const trusted = isKeyGiven ? keys : [...source.keys, ...keys]
  const notes = [...source.notes.map((note) => ({ note })), ...foreignNotes.map((note) => ({ note, isForeign: true }))]
  const { trees, fault: forged } = toKnownTrees(notes, trusted, origin)
  const provenLeaves = believedLeaves(source, trees)
  const leafOf = (seq: number) => {
    const at = (seq - from.size - 1) * HASH_BYTES
    return at + HASH_BYTES <= provenLeaves.length ? provenLeaves.subarray(at, at + HASH_BYTES) : undefined
  }
  const audit = createLedgerAudit({ trees, leafOf, from })
  for await (const bytes of source.records) audit.add(bytes)
  const report = audit.finish()
  const hashed = from.size + provenLeaves.length / HASH_BYTES
  const fault = report.fault ?? cutBefore(report.size, hashed) ?? forged
  return { ...report, fault, origin, checkpoints: trees.length, isKeyGiven }
}

/** The hashes up to where they make the trees; behind a tree that they do not make they say nothing. */
function believedLeaves({ leaves, from }: LedgerSource, trees: readonly KnownTree[]): Buffer {
  const range = createCompactRange(from.size, from.subtrees)
  const ascending = trees.filter(({ size }) => size > from.size).sort((a, b) => a.size - b.size)
  let believed = 0
  for (let at = 0; at + HASH_BYTES <= leaves.length; at += HASH_BYTES) {
    range.append(leaves.subarray(at, at + HASH_BYTES))
    const tree = ascending[0]?.size === range.size ? ascending.shift() : undefined
    if (!tree) continue
    if (!range.root().equals(tree.rootHash)) return leaves.subarray(0, believed)
    believed = at + HASH_BYTES
  }
  // Trees beyond the hashes: of the last hashes nothing is known, which is how it is right after a checkpoint.
  return leaves.subarray(0, Math.floor(leaves.length / HASH_BYTES) * HASH_BYTES)
}

function cutBefore(size: number, hashed: number): LedgerFault | null {
  if (hashed <= size) return null
  return { kind: 'truncated', seq: size + 1, detail: `it ends here, ${hashed} records were hashed when written` }
}
