import { createHash } from 'node:crypto'

/** RFC 6962, 2.1 to the letter, recursive and slow: what the real code is compared with. */
const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

const splitOf = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1)

export function mth(d: readonly Buffer[]): Buffer {
  if (d.length === 0) return sha256()
  if (d.length === 1) return sha256(Buffer.from([0]), d[0]!)
  const k = splitOf(d.length)
  return sha256(Buffer.from([1]), mth(d.slice(0, k)), mth(d.slice(k)))
}

export function path(m: number, d: readonly Buffer[]): Buffer[] {
  if (d.length === 1) return []
  const k = splitOf(d.length)
  if (m < k) return [...path(m, d.slice(0, k)), mth(d.slice(k))]
  return [...path(m - k, d.slice(k)), mth(d.slice(0, k))]
}

export function proof(m: number, d: readonly Buffer[], b = true): Buffer[] {
  if (m === d.length) return b ? [] : [mth(d)]
  const k = splitOf(d.length)
  if (m <= k) return [...proof(m, d.slice(0, k), b), mth(d.slice(k))]
  return [...proof(m - k, d.slice(k), false), mth(d.slice(0, k))]
}
