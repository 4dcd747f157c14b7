import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { LedgerEntry } from './ledger-entry.ts'

/**
 * A ledger entry as it lies on disk: canonical JSON (RFC 8785) of the entry with `record: {seq, prev}` among its fields. `prev` is
 * the hash of the record before, so that each names all before it. Records of earlier versions have no `record`.
 */
export interface LedgerRecord {
  /** Position in the ledger, from 1. */
  seq?: number
  /** `recordHash` of the record before, hex; of the first, 64 zeros. */
  prev?: string
  entry: LedgerEntry
}

export const NO_PREVIOUS = '0'.repeat(64)

/** The record's text. Throws `RangeError` or `TypeError` for what JSON cannot say (NaN, a lone surrogate). */
export function encodeLedgerRecord(entry: LedgerEntry, seq: number, prev: string): string {
  return canonicalize({ record: { seq, prev }, ...entry }) as string
}

/** Throws `SyntaxError` when the bytes are not JSON. */
export function decodeLedgerRecord(bytes: Buffer): LedgerRecord {
  const { record, ...entry } = JSON.parse(bytes.toString()) as LedgerEntry & { record?: { seq: number; prev: string } }
  return { ...record, entry: entry as LedgerEntry }
}

const LEAF = Buffer.from([0])

/** Leaf hash of RFC 6962, 2.1: SHA-256 of a zero byte and the record's bytes. It is also what `prev` names. */
export function recordHash(bytes: Buffer | string): Buffer {
  return createHash('sha256').update(LEAF).update(bytes).digest()
}
