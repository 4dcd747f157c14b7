import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import { syncFolder } from '../sync-folder.ts'
import { MARK_BYTES } from './batch-format.ts'
import type { BatchIndex } from './batch-index.ts'
import type { PendingBatch } from './pending-batches.ts'
import type { OpenSegmentFile, SegmentFile } from './segment-file.ts'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { segmentPath } from './segment-names.ts'

/** A segment on disk; `usedBytes` counts up to the end of its last committed batch, 0 before it has a header. */
export interface Segment {
  firstSeq: number
  usedBytes: number
}

/** The one who writes segment files. One call at a time, except `release`, which may come at any moment. */
export interface SegmentWriter {
  /** Opens the segment that is written to, so that its reserve is there before it is needed. */
  open(): Promise<void>
  /** Durable when it resolves. Throws system errors, and `journal_full` at the bound; then `cut` before the next. */
  write(batch: PendingBatch): Promise<void>
  /** Takes away what a failed write left behind the last committed batch. */
  cut(): Promise<void>
  /** After an error that leaves the file's state unknown: cuts it, syncs it, and goes on in a new one. */
  startOver(): Promise<void>
  /** Deletes whole segments before this position, oldest first, now and whenever one is completed. */
  release(beforeSeq: number): Promise<void>
  readonly firstSeq: number
  readonly bytesOnDisk: number
  close(): Promise<void>
}

export interface SegmentWriterOptions {
  dir: string
  journalId: string
  /** Oldest first, at least one; the last is written to. */
  segments: Segment[]
  /** Of the last segment; null when it has no header yet. */
  mark: Buffer | null
  /** Last durable position. */
  committedSeq: number
  segmentBytes: number
  maxBytesOnDisk: number
  /** Room on disk that the segment being written to always keeps ahead of its end. */
  reserveBytes: number
  index: BatchIndex
  openFile: OpenSegmentFile
}

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { dir, segments, segmentBytes, maxBytesOnDisk, reserveBytes, index, openFile } = options
  let { committedSeq } = options
  let mark = options.mark ?? randomBytes(MARK_BYTES)
  let file: SegmentFile | null = null
  let isComplete = false
  let hasNoRoom = false
  let releasedSeq = 1
  let deleting: Promise<void> = Promise.resolve()

  const current = () => segments.at(-1)!
  const isEmpty = () => current().usedBytes <= SEGMENT_HEADER_BYTES
  const bytesOnDisk = () => segments.reduce((sum, segment) => sum + segment.usedBytes, 0)

  /** When the disk is full and the current segment's entries are all released, completing it makes room. */
  function mustRoll(byteLength: number): boolean {
    if (isComplete) return true
    if (isEmpty()) return false
    return current().usedBytes + byteLength > segmentBytes || (hasNoRoom && releasedSeq > committedSeq)
  }

  /** Every step may fail for lack of room and be repeated. A file that has only its name holds the position already. */
  async function roll(): Promise<void> {
    const open = await opened()
    if (!isComplete) {
      await open.truncate(current().usedBytes)
      await open.sync()
      isComplete = true
    }
    const firstSeq = committedSeq + 1
    const next = await openFile(segmentPath(dir, firstSeq), 'w+', segmentBytes, reserveBytes)
    file = next
    segments.push({ firstSeq, usedBytes: 0 })
    isComplete = false
    mark = randomBytes(MARK_BYTES)
    await open.close().catch(() => {})
    await syncFolder(dir)
    await release(releasedSeq).catch(() => {})
  }

  async function opened(): Promise<SegmentFile> {
    file ??= await openFile(segmentPath(dir, current().firstSeq), 'r+', segmentBytes, reserveBytes)
    return file
  }

  async function writeHeader(): Promise<void> {
    const { firstSeq } = current()
    const open = await opened()
    await open.write(encodeSegmentHeader({ journalId: options.journalId, mark, firstSeq }), 0)
    await open.sync()
    await syncFolder(dir)
    current().usedBytes = SEGMENT_HEADER_BYTES
  }

  async function write(batch: PendingBatch): Promise<void> {
    if (mustRoll(batch.byteLength)) await roll()
    if (bytesOnDisk() + SEGMENT_HEADER_BYTES + batch.byteLength > maxBytesOnDisk)
      throw new AppError('journal_full', 'the journal has reached its bound', { maxBytesOnDisk })
    if (current().usedBytes === 0) await writeHeader()
    const segment = current()
    const open = await opened()
    await open.writeDurably(batch.seal(mark), segment.usedBytes)
    index.note(segment.firstSeq, batch.firstSeq, segment.usedBytes)
    segment.usedBytes += batch.byteLength
    committedSeq += batch.count
    hasNoRoom = false
  }

  async function cut(): Promise<void> {
    hasNoRoom = true
    if (!isComplete) await (await opened()).truncate(current().usedBytes)
  }

  async function startOver(): Promise<void> {
    await closeFile()
    const open = await opened()
    await open.truncate(current().usedBytes)
    await open.sync()
    isComplete = !isEmpty()
    if (isComplete) await roll()
  }

  /** Closing says nothing about what was synced before, so its error changes nothing. */
  async function closeFile(): Promise<void> {
    const open = file
    file = null
    await open?.close().catch(() => {})
  }

  function release(beforeSeq: number): Promise<void> {
    releasedSeq = Math.max(releasedSeq, beforeSeq)
    deleting = deleting.catch(() => {}).then(deleteReleased)
    return deleting
  }

  /** Each deletion is synced before the next, so that a power cut never leaves a hole between segments. */
  async function deleteReleased(): Promise<void> {
    while (segments.length > 1 && segments[1]!.firstSeq <= releasedSeq) {
      await rm(segmentPath(dir, segments[0]!.firstSeq), { force: true })
      segments.shift()
      index.forgetBefore(segments[0]!.firstSeq)
      await syncFolder(dir)
    }
  }

  return {
    async open() {
      await opened()
    },
    write,
    cut,
    startOver,
    release,
    get firstSeq() {
      return segments[0]!.firstSeq
    },
    get bytesOnDisk() {
      return bytesOnDisk()
    },
    async close() {
      await deleting.catch(() => {})
      if (file && !isComplete) await file.truncate(current().usedBytes).catch(() => {})
      await closeFile()
    },
  }
}
