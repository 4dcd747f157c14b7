import { createHash } from 'node:crypto'

/** Hashes of RFC 6962, 2.1: SHA-256, leaves and inner nodes told apart by their first byte. */

export const HASH_BYTES = 32

const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

/** Root of the tree without leaves. */
export const EMPTY_ROOT = createHash('sha256').digest()

export function leafHash(record: Buffer | string): Buffer {
  return createHash('sha256').update(LEAF).update(record).digest()
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest()
}
