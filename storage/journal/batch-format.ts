import { crc32 } from 'node:zlib'
import type { JournalEntry } from '../../core/journal.ts'

/**
 * A batch is what one commit writes. Little-endian:
 *
 *     0  mark      8 bytes   random, the same for the whole segment
 *     8  crc32     u32       over everything behind it
 *    12  length    u32       bytes of the payload
 *    16  count     u32       entries, at least 1
 *    20  reserved  u32       0
 *    24  firstSeq  u64       position of the first entry
 *    32  payload             count × (u32 length, bytes)
 *
 * The mark is random so that no payload can imitate a batch when a torn tail is searched for later ones.
 */
export const BATCH_HEADER_BYTES = 32
export const MARK_BYTES = 8
/** What one entry takes besides its bytes. */
export const ENTRY_HEADER_BYTES = 4

const CRC_AT = 8
const LENGTH_AT = 12
const COUNT_AT = 16
const RESERVED_AT = 20
const FIRST_SEQ_AT = 24

/** One batch as it was found in a file. */
export interface Batch {
  firstSeq: number
  count: number
  /** Bytes that the batch takes in the file, header included. */
  byteLength: number
  payload: Buffer
}

/** Fills in the header of a batch whose payload is already in place behind `BATCH_HEADER_BYTES`. */
export function sealBatch(batch: Buffer, mark: Buffer, firstSeq: number, count: number): void {
  mark.copy(batch, 0)
  batch.writeUInt32LE(batch.length - BATCH_HEADER_BYTES, LENGTH_AT)
  batch.writeUInt32LE(count, COUNT_AT)
  batch.writeUInt32LE(0, RESERVED_AT)
  batch.writeBigUInt64LE(BigInt(firstSeq), FIRST_SEQ_AT)
  batch.writeUInt32LE(crc32(batch.subarray(LENGTH_AT)), CRC_AT)
}

/** The batch at `at`; a number when more bytes are needed from `at` on to tell (that many); null when it is none. */
export function parseBatch(bytes: Buffer, at: number, mark: Buffer): Batch | number | null {
  if (bytes.length - at < BATCH_HEADER_BYTES) return BATCH_HEADER_BYTES
  if (bytes.compare(mark, 0, MARK_BYTES, at, at + MARK_BYTES) !== 0) return null
  const byteLength = BATCH_HEADER_BYTES + bytes.readUInt32LE(at + LENGTH_AT)
  if (bytes.length - at < byteLength) return byteLength
  const end = at + byteLength
  if (crc32(bytes.subarray(at + LENGTH_AT, end)) !== bytes.readUInt32LE(at + CRC_AT)) return null
  return {
    firstSeq: Number(bytes.readBigUInt64LE(at + FIRST_SEQ_AT)),
    count: bytes.readUInt32LE(at + COUNT_AT),
    byteLength,
    payload: bytes.subarray(at + BATCH_HEADER_BYTES, end),
  }
}

/** Adds the entries of a batch whose positions lie in `fromSeq`…`toSeq` to `out`. Their bytes are views, not copies. */
export function collectEntries(batch: Batch, fromSeq: number, toSeq: number, out: JournalEntry[]): void {
  let at = 0
  const lastSeq = Math.min(batch.firstSeq + batch.count - 1, toSeq)
  for (let seq = batch.firstSeq; seq <= lastSeq; seq++) {
    const start = at + ENTRY_HEADER_BYTES
    at = start + batch.payload.readUInt32LE(at)
    if (seq >= fromSeq) out.push({ seq, bytes: batch.payload.subarray(start, at) })
  }
}
