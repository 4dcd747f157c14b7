import { crc32 } from 'node:zlib'
import { MARK_BYTES } from './batch-format.ts'

/**
 * Every segment file starts with this, synced before its first batch is written. Little-endian:
 *
 *     0  "HUYINGJ1"           8 bytes
 *     8  id of the journal   16 bytes
 *    24  mark of its batches  8 bytes
 *    32  first position       u64
 *    40  crc32                u32, over everything before it
 */
export const SEGMENT_HEADER_BYTES = 44

const MAGIC = Buffer.from('HUYINGJ1')
const ID_AT = 8
const MARK_AT = 24
const FIRST_SEQ_AT = 32
const CRC_AT = 40

export interface SegmentHeader {
  journalId: string
  mark: Buffer
  firstSeq: number
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  MAGIC.copy(bytes, 0)
  bytes.write(header.journalId.replaceAll('-', ''), ID_AT, 'hex')
  header.mark.copy(bytes, MARK_AT)
  bytes.writeBigUInt64LE(BigInt(header.firstSeq), FIRST_SEQ_AT)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT)
  return bytes
}

/** Null when the bytes are not a whole, intact header. */
export function parseSegmentHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < SEGMENT_HEADER_BYTES || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return null
  if (crc32(bytes.subarray(0, CRC_AT)) !== bytes.readUInt32LE(CRC_AT)) return null
  const id = bytes.toString('hex', ID_AT, MARK_AT)
  return {
    journalId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    mark: Buffer.from(bytes.subarray(MARK_AT, MARK_AT + MARK_BYTES)),
    firstSeq: Number(bytes.readBigUInt64LE(FIRST_SEQ_AT)),
  }
}
