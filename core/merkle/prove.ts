import { EMPTY_ROOT, nodeHash } from './hashes.ts'

/** Reads the root of the complete subtree over leaves `index · 2^level` to `(index + 1) · 2^level − 1`. */
export type ReadNode = (level: number, index: number) => Promise<Buffer>

/** MTH of the first `size` leaves (RFC 6962, 2.1). */
export async function rootOf(size: number, read: ReadNode): Promise<Buffer> {
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, read)
}

/** Roots of the complete subtrees that make up a tree of `size`, largest first: what a compact range goes on from. */
export async function subtreesOf(size: number, read: ReadNode): Promise<Buffer[]> {
  const hashes: Buffer[] = []
  for (let begin = 0; begin < size; ) {
    const count = largestPowerUpTo(size - begin)
    hashes.push(await read(Math.log2(count), begin / count))
    begin += count
  }
  return hashes
}

/** PATH(index, D[size]) of RFC 6962, 2.1.1, from the leaf to the root. Throws `RangeError` unless 0 ≤ index < size. */
export async function inclusionPath(index: number, size: number, read: ReadNode): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const path: Buffer[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const split = begin + splitOf(end - begin)
    if (index < split) {
      path.push(await rangeHash(split, end, read))
      end = split
    } else {
      path.push(await rangeHash(begin, split, read))
      begin = split
    }
  }
  return path.reverse()
}

/** PROOF(oldSize, D[size]) of RFC 6962, 2.1.2. Throws `RangeError` unless 0 < oldSize ≤ size. */
export async function consistencyPath(oldSize: number, size: number, read: ReadNode): Promise<Buffer[]> {
  if (!(oldSize > 0 && oldSize <= size)) throw new RangeError(`no tree of ${oldSize} before one of ${size}`)
  const path: Buffer[] = []
  let begin = 0
  let end = size
  // SUBPROOF(m, D[n], b): `b` holds as long as the old tree is a subtree that the verifier knows the root of.
  let isKnown = true
  while (oldSize < end) {
    const split = begin + splitOf(end - begin)
    if (oldSize <= split) {
      path.push(await rangeHash(split, end, read))
      end = split
    } else {
      path.push(await rangeHash(begin, split, read))
      begin = split
      isKnown = false
    }
  }
  if (!isKnown) path.push(await rangeHash(begin, end, read))
  return path.reverse()
}

/** MTH(D[begin:end]) where `begin` is a multiple of the largest power of two that is at most the length. */
async function rangeHash(begin: number, end: number, read: ReadNode): Promise<Buffer> {
  const count = largestPowerUpTo(end - begin)
  const left = await read(Math.log2(count), begin / count)
  return count === end - begin ? left : nodeHash(left, await rangeHash(begin + count, end, read))
}

/** The largest power of two smaller than `count`. */
function splitOf(count: number): number {
  return largestPowerUpTo(count - 1)
}

function largestPowerUpTo(count: number): number {
  let power = 1
  while (power * 2 <= count) power *= 2
  return power
}
