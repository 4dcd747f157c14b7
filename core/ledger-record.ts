import canonicalize from 'canonicalize'
import type { LedgerEntry } from './ledger-entry.ts'
import { leafHash } from './merkle/hashes.ts'

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

/** The record's text. Throws for what canonical JSON cannot say (NaN, half a surrogate pair): see `toWritable`. */
export function encodeLedgerRecord(entry: LedgerEntry, seq: number, prev: string): string {
  return canonicalize({ record: { seq, prev }, ...entry }) as string
}

/**
 * The entry as JSON can say it: NaN and infinities become null, half a surrogate pair becomes U+FFFD. An entry that came from outside
 * may hold such a text; it must be written all the same, and be the same when it is read back.
 */
export function toWritable<T extends LedgerEntry>(entry: T): T {
  return JSON.parse(JSON.stringify(mended(entry))) as T
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map(mended)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [wellFormed(key), mended(of)]))
}

/** UTF-8 has no half pairs: going through it is what `String.prototype.toWellFormed` does. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

/** Throws `SyntaxError` when the bytes are not JSON. */
export function decodeLedgerRecord(bytes: Buffer): LedgerRecord {
  const { record, ...entry } = JSON.parse(bytes.toString()) as LedgerEntry & { record?: { seq: number; prev: string } }
  return { ...record, entry: entry as LedgerEntry }
}

/** Leaf hash of RFC 6962, 2.1. It is also what `prev` names. */
export const recordHash = leafHash
