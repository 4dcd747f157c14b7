import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { JournalEntry } from '../../core/journal.ts'
import { errnoOf } from '../errno.ts'
import { collectEntries } from './batch-format.ts'
import { type BatchIndex, createBatchIndex, lastAtMost } from './batch-index.ts'
import { parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { listSegments, segmentPath } from './segment-names.ts'
import { readAt, walkBatches } from './walk-batches.ts'

/** Reads a journal's files beside the one who writes them, from any thread or process. */
export interface JournalReader {
  /**
   * Entries after `afterSeq` up to and including `upToSeq`, oldest first, at most `limit`. `upToSeq` must be a position
   * that the writer has called committed. When the oldest wanted ones were released, it starts with the first that is
   * left. Every batch is checked; throws `journal_corrupt` naming file and offset rather than leave out an entry.
   */
  read(afterSeq: number, upToSeq: number, limit: number): Promise<JournalEntry[]>
  close(): void
}

/** `index` is shared by a writer in the same process; alone, the reader learns places as it goes. Keeps no file open. */
export function createJournalReader(dir: string, index: BatchIndex = createBatchIndex()): JournalReader {
  let segments: number[] = []
  let isClosed = false

  async function refresh(): Promise<void> {
    segments = await listSegments(dir)
    if (segments[0] !== undefined) index.forgetBefore(segments[0])
  }

  /** The segment where `seq` must be; the first one when it was released; undefined when there is none at all. */
  function segmentOf(seq: number): number | undefined {
    return segments[Math.max(0, lastAtMost(segments, seq))]
  }

  async function read(afterSeq: number, upToSeq: number, limit: number): Promise<JournalEntry[]> {
    if (isClosed) throw new AppError('stopped', 'the journal is closed')
    const entries: JournalEntry[] = []
    let wanted = afterSeq + 1
    let isFresh = false
    while (wanted <= upToSeq && entries.length < limit) {
      const segment = segmentOf(wanted)
      if (segment !== undefined && segment <= wanted) {
        const toSeq = Math.min(upToSeq, wanted + limit - entries.length - 1)
        const end = await readSegment(segment, wanted, toSeq, entries)
        const found = (entries.at(-1)?.seq ?? afterSeq) + 1
        if (found > wanted) {
          wanted = found
          isFresh = false
          continue
        }
        if (isFresh && end !== null) throw damaged(segment, end, wanted)
      } else if (isFresh) {
        if (segment === undefined) throw new AppError('journal_corrupt', 'no segment files', { dir, seq: wanted })
        wanted = segment
        continue
      }
      await refresh()
      isFresh = true
    }
    return entries
  }

  /** Adds what it finds to `out`; returns where it stopped, or null when the segment was deleted meanwhile. */
  async function readSegment(
    segment: number,
    fromSeq: number,
    toSeq: number,
    out: JournalEntry[],
  ): Promise<number | null> {
    const file = await openIfThere(segmentPath(dir, segment))
    if (!file) return null
    try {
      const header = parseSegmentHeader(await readAt(file, 0, SEGMENT_HEADER_BYTES))
      if (header?.firstSeq !== segment) return 0
      const place = index.find(segment, fromSeq) ?? { seq: segment, offset: SEGMENT_HEADER_BYTES }
      let { seq, offset } = place
      for await (const batch of walkBatches(file, offset, header.mark)) {
        if (batch.firstSeq !== seq) return offset
        const lastSeq = seq + batch.count - 1
        if (lastSeq >= fromSeq) collectEntries(batch, fromSeq, toSeq, out)
        index.note(segment, seq, offset)
        seq = lastSeq + 1
        offset += batch.byteLength
        if (seq > toSeq) break
      }
      return offset
    } finally {
      await file.close()
    }
  }

  function damaged(segment: number, offset: number, seq: number): AppError {
    const file = segmentPath(dir, segment)
    return new AppError('journal_corrupt', 'a journal segment is damaged', { file, offset, seq })
  }

  return {
    read,
    close() {
      isClosed = true
    },
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (err) {
    if (errnoOf(err) === 'ENOENT') return null
    throw err
  }
}
