import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Journal } from '../../core/journal.ts'
import type { Log } from '../../core/log.ts'
import { syncFolder } from '../sync-folder.ts'
import { createBatchIndex } from './batch-index.ts'
import { createJournal } from './create-journal.ts'
import { loadJournalId } from './journal-id.ts'
import { createJournalReader } from './read-journal.ts'
import { type RecoveredSegment, recoverSegment } from './recover-segment.ts'
import { type OpenSegmentFile, openSegmentFile } from './segment-file.ts'
import { listSegments, segmentPath } from './segment-names.ts'
import { createSegmentWriter, type Segment } from './segment-writer.ts'

const MIB = 1024 * 1024

export interface JournalOptions {
  /** Made when missing. One process at a time: the caller holds the folder's lock. */
  dir: string
  /** Size at which a new file is started; at most a quarter of `maxBytesOnDisk`. */
  segmentBytes?: number
  /** Bound on what waits for the disk, and with it on one entry. */
  maxPendingBytes?: number
  /** Bound on the files together; at least twice `maxPendingBytes`. Reaching it is like a full disk. */
  maxBytesOnDisk?: number
  /** Room that is taken in advance and always kept: so much can still be written when the disk is full. 0 by default. */
  reserveBytes?: number
  /** How long to wait before trying again after a full disk or an I/O error. */
  retryFullMs?: number
  log: Log
  /** Only tests give another one. */
  openFile?: OpenSegmentFile
}

/**
 * Opens an append-only log of segment files, cutting what a kill or a power cut left half written at its end.
 * While the disk is full nothing is acknowledged and it goes on by itself. After any other I/O error everything
 * pending is given up, what may or may not have reached the disk is cut off, and it goes on in a new file.
 * Throws `journal_corrupt` (file, offset) when acknowledged entries are damaged, `config_invalid`, system errors.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { dir, log } = options
  const maxPendingBytes = options.maxPendingBytes ?? 16 * MIB
  const maxBytesOnDisk = options.maxBytesOnDisk ?? Number.POSITIVE_INFINITY
  const segmentBytes = Math.min(options.segmentBytes ?? 64 * MIB, Math.floor(maxBytesOnDisk / 4))
  if (maxBytesOnDisk < maxPendingBytes * 2)
    throw new AppError('config_invalid', 'maxBytesOnDisk is under twice maxPendingBytes', { dir, maxBytesOnDisk })

  await mkdir(dir, { recursive: true })
  await syncFolder(dirname(dir))
  const firstSeqs = await listSegments(dir)
  const journalId = await loadJournalId(dir, firstSeqs)
  const index = createBatchIndex()
  const openFile = options.openFile ?? openSegmentFile
  const lastFirstSeq = firstSeqs.at(-1) ?? 1
  const last = await (firstSeqs.length > 0
    ? recoverSegment(segmentPath(dir, lastFirstSeq), lastFirstSeq, journalId, index)
    : createFirstSegment(dir, openFile, segmentBytes))
  await settleEnd(dir, lastFirstSeq, last, openFile, log)

  const segments: Segment[] = await Promise.all(firstSeqs.slice(0, -1).map((firstSeq) => sizedSegment(dir, firstSeq)))
  segments.push({ firstSeq: lastFirstSeq, usedBytes: last.usedBytes })
  const { mark, lastSeq: committedSeq } = last
  const bounds = { segmentBytes, maxBytesOnDisk, reserveBytes: options.reserveBytes ?? 0 }
  const writer = createSegmentWriter({ dir, journalId, segments, mark, committedSeq, ...bounds, index, openFile })
  if (bounds.reserveBytes > 0) await writer.open()
  return createJournal({
    id: journalId,
    committedSeq,
    maxPendingBytes,
    retryMs: options.retryFullMs ?? 1000,
    writer,
    reader: createJournalReader(dir, index),
    log,
  })
}

async function createFirstSegment(dir: string, openFile: OpenSegmentFile, maxBytes: number): Promise<RecoveredSegment> {
  const file = await openFile(segmentPath(dir, 1), 'w+', maxBytes)
  await file.close()
  return { mark: null, usedBytes: 0, lastSeq: 0, tornBytes: 0 }
}

async function sizedSegment(dir: string, firstSeq: number): Promise<Segment> {
  const { size } = await stat(segmentPath(dir, firstSeq))
  return { firstSeq, usedBytes: size }
}

/** What a killed process wrote may still be in memory only: it counts as committed after this sync. */
async function settleEnd(
  dir: string,
  firstSeq: number,
  last: RecoveredSegment,
  openFile: OpenSegmentFile,
  log: Log,
): Promise<void> {
  const path = segmentPath(dir, firstSeq)
  if (last.tornBytes > 0)
    log.warn({ file: path, offset: last.usedBytes, bytes: last.tornBytes }, 'torn end of the journal cut')
  const file = await openFile(path, 'r+', 0)
  try {
    await file.truncate(last.usedBytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(dir)
}
