import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { Journal, JournalEntry, JournalStatus } from '../../core/journal.ts'
import type { Log } from '../../core/log.ts'
import { isDiskFull } from '../errno.ts'
import { ENTRY_HEADER_BYTES } from './batch-format.ts'
import { createPause } from './pause.ts'
import { createPendingBatches, type OnCommitted, type PendingBatch } from './pending-batches.ts'
import type { JournalReader } from './read-journal.ts'
import type { SegmentWriter } from './segment-writer.ts'

export interface JournalParts {
  id: string
  committedSeq: number
  maxPendingBytes: number
  retryMs: number
  writer: SegmentWriter
  reader: JournalReader
  log: Log
}

/** Group commit over an open segment writer: one batch in flight, the next starts with whatever came meanwhile. */
export function createJournal(parts: JournalParts): Journal {
  const { id, maxPendingBytes, retryMs, writer, reader, log } = parts
  const pending = createPendingBatches(parts.committedSeq + 1, maxPendingBytes)
  const pause = createPause()
  const listeners = new Set<(committedSeq: number) => void>()
  let { committedSeq } = parts
  let state: JournalStatus['state'] = 'open'
  /** Entries refused in this turn whose callback has not run yet. */
  let untold = 0
  let running: Promise<void> | null = null
  let closing: Promise<void> | null = null

  function append(entry: Buffer | string, onCommitted: OnCommitted): number {
    const byteLength = Buffer.byteLength(entry)
    const isRefused = closing || state === 'failed' || untold > 0 || isTooLarge(byteLength)
    const seq = isRefused ? 0 : pending.add(entry, byteLength, onCommitted)
    if (seq === 0) refuse(byteLength, onCommitted)
    else running ??= run()
    return seq
  }

  /** A smaller entry must not overtake one that was refused for lack of room and whose sender does not know it yet. */
  function refuse(byteLength: number, onCommitted: OnCommitted): void {
    const error = whyRefused(byteLength)
    untold++
    queueMicrotask(() => {
      untold--
      tell(onCommitted, error)
    })
  }

  const isTooLarge = (byteLength: number) => byteLength + ENTRY_HEADER_BYTES > maxPendingBytes

  function whyRefused(byteLength: number): AppError {
    if (closing) return new AppError('stopped', 'the journal is closed')
    if (isTooLarge(byteLength)) return new AppError('too_large', 'an entry is larger than the journal takes')
    if (state === 'failed') return new AppError('journal_failed', 'the journal has failed and is being repaired')
    if (state === 'full') return new AppError('journal_full', 'the disk is full and no more can wait')
    return new AppError('overloaded', 'too much is waiting for the disk')
  }

  /** What arrives in this turn of the event loop goes into the first batch. Never rejects. */
  async function run(): Promise<void> {
    await nextTurn()
    for (let batch = pending.take(); batch; batch = pending.take()) await commit(batch)
    running = null
  }

  async function commit(batch: PendingBatch): Promise<void> {
    while (true) {
      pause.clear()
      try {
        await writer.write(batch)
        return settle(batch)
      } catch (err) {
        if (!(await cutAfter(err))) return await repair(err)
      }
      if (closing) return giveUp(new AppError('stopped', 'the journal was closed while the disk was full'))
      await pause.wait(retryMs)
    }
  }

  /** True when the error was a full disk and the file is whole again. */
  async function cutAfter(err: unknown): Promise<boolean> {
    if (!isDiskFull(err)) return false
    if (state !== 'full') log.error({ err, retryMs }, 'journal full, nothing is acknowledged')
    state = 'full'
    return await writer.cut().then(
      () => true,
      () => false,
    )
  }

  function settle(batch: PendingBatch): void {
    if (state === 'full') log.info({ pendingEntries: pending.entries }, 'journal has room again')
    state = 'open'
    committedSeq = batch.firstSeq + batch.count - 1
    pending.done()
    for (const onCommitted of batch.callbacks) tell(onCommitted, null)
    for (const listener of listeners) tell(listener, committedSeq)
  }

  /** After a failed sync nobody knows what the disk holds, so nothing of that file's end is kept. */
  async function repair(err: unknown): Promise<void> {
    state = 'failed'
    log.error({ err, committedSeq, retryMs }, 'journal failed, nothing is acknowledged')
    giveUp(new AppError('journal_failed', 'the journal could not write', {}, { cause: err }))
    while (!closing) {
      pause.clear()
      await pause.wait(retryMs)
      try {
        await writer.startOver()
        state = 'open'
        log.info({ committedSeq }, 'journal repaired')
        return
      } catch (repairErr) {
        log.warn({ err: repairErr, retryMs }, 'journal not repaired yet')
      }
    }
  }

  function giveUp(error: AppError): void {
    for (const onCommitted of pending.giveUp()) tell(onCommitted, error)
  }

  /** A listener's fault is not the journal's. */
  function tell<T>(listener: (value: T) => void, value: T): void {
    try {
      listener(value)
    } catch (err) {
      log.error({ err }, 'journal listener failed')
    }
  }

  async function release(seq: number): Promise<void> {
    await writer.release(seq)
    pause.wake()
  }

  async function stop(): Promise<void> {
    pause.wake()
    await running
    state = 'closed'
    reader.close()
    await writer.close()
  }

  return {
    id,
    append,
    read: async (afterSeq, limit): Promise<JournalEntry[]> => await reader.read(afterSeq, committedSeq, limit),
    release,
    status: () => ({
      firstSeq: writer.firstSeq,
      committedSeq,
      pendingEntries: pending.entries,
      bytesOnDisk: writer.bytesOnDisk,
      state,
    }),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closing ??= stop()
      return closing
    },
  }
}
