import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import { parseBatch } from './batch-format.ts'
import type { BatchIndex } from './batch-index.ts'
import { parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { readAt, walkBatches } from './walk-batches.ts'

/** What the last segment of a journal holds after it was left in any way. */
export interface RecoveredSegment {
  /** Null when the header was never completed: then there is nothing else either. */
  mark: Buffer | null
  /** End of the last whole batch; whatever lies behind was never acknowledged. */
  usedBytes: number
  /** Last whole position; the one before the segment when it is empty. */
  lastSeq: number
  /** Bytes behind `usedBytes` up to the last that is not zero: 0 after an orderly end. */
  tornBytes: number
}

/**
 * Looks for the end of a segment that may have been cut short by a kill or a power cut. Only one batch is ever in
 * flight, so behind a torn one no other can have begun: where one did, acknowledged entries were damaged. Damage to the
 * last batch alone looks like a torn one.
 * Throws `journal_corrupt` (file, offset) then, and for a segment of another journal.
 */
export async function recoverSegment(
  path: string,
  firstSeq: number,
  journalId: string,
  index: BatchIndex,
): Promise<RecoveredSegment> {
  const file = await open(path, 'r')
  try {
    const header = parseSegmentHeader(await readAt(file, 0, SEGMENT_HEADER_BYTES))
    if (!header) return await recoverHeaderless(file, path, firstSeq)
    if (header.journalId !== journalId) throw corrupt(path, 8, 'a segment belongs to another journal')
    if (header.firstSeq !== firstSeq) throw corrupt(path, 32, 'a segment has the name of another')
    let offset = SEGMENT_HEADER_BYTES
    let lastSeq = firstSeq - 1
    for await (const batch of walkBatches(file, offset, header.mark)) {
      if (batch.firstSeq !== lastSeq + 1) break
      index.note(firstSeq, batch.firstSeq, offset)
      lastSeq += batch.count
      offset += batch.byteLength
    }
    const tail = await readToEnd(file, offset)
    if (holdsOtherBatch(tail, header.mark)) throw corrupt(path, offset, 'a journal segment is damaged before its end')
    return { mark: header.mark, usedBytes: offset, lastSeq, tornBytes: lengthWithoutZeros(tail) }
  } finally {
    await file.close()
  }
}

/** The header is synced before the first batch is written, so without one there must be no batch. */
async function recoverHeaderless(file: FileHandle, path: string, firstSeq: number): Promise<RecoveredSegment> {
  const bytes = await readToEnd(file, 0)
  if (lengthWithoutZeros(bytes) > SEGMENT_HEADER_BYTES) throw corrupt(path, 0, 'a segment header is damaged')
  return { mark: null, usedBytes: 0, lastSeq: firstSeq - 1, tornBytes: lengthWithoutZeros(bytes) }
}

async function readToEnd(file: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await file.stat()
  return readAt(file, offset, Math.max(0, size - offset))
}

/** A whole batch that is out of order, or any sign of a second one. */
function holdsOtherBatch(tail: Buffer, mark: Buffer): boolean {
  const first = parseBatch(tail, 0, mark)
  return (first !== null && typeof first !== 'number') || tail.indexOf(mark, 1) >= 0
}

function lengthWithoutZeros(bytes: Buffer): number {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length--
  return length
}

function corrupt(file: string, offset: number, message: string): AppError {
  return new AppError('journal_corrupt', message, { file, offset })
}
