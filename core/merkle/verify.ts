import { EMPTY_ROOT, nodeHash } from './hashes.ts'

/**
 * True when the path shows that the leaf stands at `index` (from 0) in the tree of `size` with this root. RFC 9162, 2.1.3.2; the steps
 * are named in the comments.
 */
export function verifyInclusion(
  leaf: Buffer,
  { index, size, path }: { index: number; size: number; path: readonly Buffer[] },
  root: Buffer,
): boolean {
  // 1
  if (!isPosition(index) || !isPosition(size) || index >= size) return false
  // 2, 3
  let fn = index
  let sn = size - 1
  let r = leaf
  for (const p of path) {
    // 4.a
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      // 4.b: LSB(fn) is set, or fn equals sn
      r = nodeHash(p, r)
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else r = nodeHash(r, p)
    // 4.d
    fn = half(fn)
    sn = half(sn)
  }
  // 5
  return sn === 0 && r.equals(root)
}

/**
 * True when the path shows that the tree of `size` with root `root` begins with the tree of `oldSize` with root `oldRoot`. RFC 9162,
 * 2.1.4.2. Every tree begins with the empty one, and with itself; both need an empty path.
 */
export function verifyConsistency(
  { oldSize, size, path }: { oldSize: number; size: number; path: readonly Buffer[] },
  oldRoot: Buffer,
  root: Buffer,
): boolean {
  if (!isPosition(oldSize) || !isPosition(size) || oldSize > size) return false
  if (oldSize === 0) return path.length === 0 && oldRoot.equals(EMPTY_ROOT)
  if (oldSize === size) return path.length === 0 && oldRoot.equals(root)
  // 1
  if (path.length === 0) return false
  // 2: of a complete tree the verifier has the first hash himself
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path
  // 3, 4
  let fn = oldSize - 1
  let sn = size - 1
  while (fn % 2 === 1) {
    fn = half(fn)
    sn = half(sn)
  }
  // 5
  let fr = first as Buffer
  let sr = first as Buffer
  // 6
  for (const c of rest) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else sr = nodeHash(sr, c)
    fn = half(fn)
    sn = half(sn)
  }
  // 7
  return fr.equals(oldRoot) && sr.equals(root) && sn === 0
}

/** `>>` would cut to 32 bits. */
function half(n: number): number {
  return Math.floor(n / 2)
}

function isPosition(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0
}

function isPowerOfTwo(n: number): boolean {
  while (n % 2 === 0) n /= 2
  return n === 1
}
