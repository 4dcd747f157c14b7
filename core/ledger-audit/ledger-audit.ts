import { recordHash } from '../ledger-record.ts'
import { createCompactRange } from '../merkle/compact-range.ts'
import { createChainCheck } from './chain-check.ts'
import type { LedgerFault } from './ledger-fault.ts'

/** A tree that somebody trusted has signed. */
export interface KnownTree {
  size: number
  rootHash: Buffer
  /** From another source than the ledger itself: where it differs, somebody was shown another ledger. */
  isForeign?: boolean
}

export interface LedgerAuditOptions {
  /** Trees that the records must make, in any order. */
  trees: readonly KnownTree[]
  /**
   * Hash of the record at a position as it was kept beside the records, undefined where it was not. Only used for positions that
   * a tree covers which these hashes make (`leavesProvenTo`), and beyond it.
   */
  leafOf?: (seq: number) => Buffer | undefined
  /** Where the records begin: after so many that make these subtrees. `prev`: hash of the last of them, hex, if it is known. */
  from?: { size: number; subtrees: readonly Buffer[]; prev: string | null }
}

export interface LedgerAuditReport {
  /** Position of the last record. */
  size: number
  /** Of earlier versions, at the beginning. */
  unchained: number
  /** Size of the largest tree that the records make. */
  provenTo: number
  rootHash: Buffer
  fault: LedgerFault | null
}

/** Takes the records of a ledger in their order, and tells whether they are the ones that were written. */
export interface LedgerAudit {
  add(bytes: Buffer): void
  finish(): LedgerAuditReport
}

export function createLedgerAudit({ trees, leafOf, from }: LedgerAuditOptions): LedgerAudit {
  const beginning = from ?? { size: 0, subtrees: [], prev: '0'.repeat(64) }
  const chain = createChainCheck({ seq: beginning.size, prev: beginning.prev })
  const range = createCompactRange(beginning.size, beginning.subtrees)
  const waiting = trees.filter(({ size }) => size >= beginning.size).sort((a, b) => a.size - b.size)
  let provenTo = beginning.size
  let broken: (KnownTree & { after: number }) | null = null
  let otherLeaf: number | null = null

  function compare(): void {
    while (waiting[0] && waiting[0].size <= range.size) {
      const tree = waiting.shift() as KnownTree
      if (range.root().equals(tree.rootHash)) provenTo = broken ? provenTo : tree.size
      else if (!broken || (broken.isForeign && !tree.isForeign && broken.size === tree.size))
        broken = { ...tree, after: provenTo }
    }
  }

  function findFault(): LedgerFault | null {
    const linked = chain.fault(provenTo)
    const ends = waiting.at(-1)
    const found = [
      otherLeaf !== null && differs(otherLeaf, linked),
      linked,
      broken && unproven(broken),
      ends && truncated(range.size, ends, provenTo),
    ].filter((fault): fault is LedgerFault => fault !== null && fault !== false && fault !== undefined)
    return found.reduce<LedgerFault | null>(firstOf, null)
  }

  compare()
  return {
    add(bytes) {
      const hash = recordHash(bytes)
      range.append(hash)
      chain.add(bytes, hash)
      if (otherLeaf === null && leafOf?.(range.size)?.equals(hash) === false) otherLeaf = range.size
      compare()
    },
    finish: () => ({
      ...{ size: range.size, unchained: chain.unchained, provenTo },
      rootHash: range.root(),
      fault: findFault(),
    }),
  }
}

/** What the chain says of the same place says more. */
function differs(seq: number, linked: LedgerFault | null): LedgerFault {
  if (linked && linked.seq <= seq && seq <= (linked.toSeq ?? linked.seq))
    return { ...linked, seq: Math.max(linked.seq, seq) }
  return { kind: 'edited', seq, detail: 'not the record that was hashed when it was written' }
}

function unproven({ size, after, isForeign }: KnownTree & { after: number }): LedgerFault {
  const statement = `a signed checkpoint of ${size} records says otherwise`
  if (isForeign)
    return { kind: 'split_view', seq: after + 1, toSeq: size, detail: `${statement}, which others were given` }
  return { kind: 'edited', seq: after + 1, toSeq: size, detail: statement }
}

function truncated(size: number, { size: wanted, isForeign }: KnownTree, provenTo: number): LedgerFault {
  const unsure = provenTo < size ? `; records ${provenTo + 1} to ${size} are not proven` : ''
  const who = isForeign ? 'a signed checkpoint that others were given' : 'a signed checkpoint'
  return { kind: 'truncated', seq: size + 1, detail: `the record ends here, ${who} has ${wanted}${unsure}` }
}

/**
 * The earlier of two. A range is narrowed by what is known for certain within it; a fault behind a range does not explain it.
 */
function firstOf(a: LedgerFault | null, b: LedgerFault): LedgerFault {
  if (a === null) return b
  const aEnd = a.toSeq ?? a.seq
  const bEnd = b.toSeq ?? b.seq
  if (a.seq >= b.seq && aEnd <= bEnd) return a
  if (b.seq >= a.seq && bEnd <= aEnd) return b
  return aEnd <= bEnd ? a : b
}
