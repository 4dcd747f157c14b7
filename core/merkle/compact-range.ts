import { EMPTY_ROOT, nodeHash } from './hashes.ts'

/**
 * A growing tree of which only the complete subtrees that make it up are kept, at most one for each bit of its size: enough to
 * append to it and to know its root.
 */
export interface CompactRange {
  readonly size: number
  append(leaf: Buffer): void
  /** Root of the tree, RFC 6962, 2.1. */
  root(): Buffer
  /** Roots of its complete subtrees, largest first; given back as `hashes` the range goes on from there. */
  hashes(): Buffer[]
}

/** Told of every complete subtree in the moment in which it becomes one; level 0 are the leaves themselves. */
export type OnNode = (level: number, index: number, hash: Buffer) => void

/** Throws `RangeError` when there are not as many hashes as `size` has bits. */
export function createCompactRange(size = 0, hashes: readonly Buffer[] = [], onNode: OnNode = () => {}): CompactRange {
  if (hashes.length !== bitsOf(size)) throw new RangeError(`a tree of ${size} is not made of ${hashes.length} subtrees`)
  const subtrees = [...hashes]

  function append(leaf: Buffer): void {
    let index = size++
    let level = 0
    let hash = leaf
    onNode(level, index, hash)
    for (; index % 2 === 1; index = (index - 1) / 2) {
      hash = nodeHash(subtrees.pop() as Buffer, hash)
      onNode(++level, (index - 1) / 2, hash)
    }
    subtrees.push(hash)
  }

  return {
    get size() {
      return size
    },
    append,
    root: () => (subtrees.length === 0 ? EMPTY_ROOT : subtrees.reduceRight((right, left) => nodeHash(left, right))),
    hashes: () => [...subtrees],
  }
}

function bitsOf(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
