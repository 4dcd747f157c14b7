import type { AppError } from '../../core/errors.ts'
import { BATCH_HEADER_BYTES, ENTRY_HEADER_BYTES, sealBatch } from './batch-format.ts'

export type OnCommitted = (error: AppError | null) => void

/** Entries that go to disk together. */
export interface PendingBatch {
  readonly firstSeq: number
  readonly count: number
  /** Bytes that it takes in the file. */
  readonly byteLength: number
  readonly callbacks: readonly OnCommitted[]
  /** The batch as it is written to a segment with this mark; valid until the batch is done. */
  seal(mark: Buffer): Buffer
}

/** What waits for the disk: one batch in flight and one that is filling, in two buffers that are used again. */
export interface PendingBatches {
  /** The entry's position, or 0 when there is no room. The entry, text as UTF-8, is copied. */
  add(entry: Buffer | string, byteLength: number, onCommitted: OnCommitted): number
  /** Puts everything that was added in flight, or null when nothing was. The one before must be done. */
  take(): PendingBatch | null
  /** The batch in flight is durable: its room is free again. */
  done(): void
  /** Gives up what is in flight and what was added; positions start over behind the last durable one. */
  giveUp(): OnCommitted[]
  readonly entries: number
}

/** Buffers start at this size, and one that grew beyond `KEPT_BYTES` is not kept. */
const FIRST_BYTES = 64 * 1024
const KEPT_BYTES = 4 * 1024 * 1024

/** `nextSeq`: position of the first entry; `maxBytes`: bound on entries and their headers, in flight and filling. */
export function createPendingBatches(nextSeq: number, maxBytes: number): PendingBatches {
  let filling = createBatchBuffer()
  let spare = createBatchBuffer()
  let inFlight: PendingBatch | null = null
  let callbacks: OnCommitted[] = []
  let firstSeq = nextSeq

  const inFlightBytes = () => (inFlight ? inFlight.byteLength - BATCH_HEADER_BYTES : 0)

  return {
    add(entry, byteLength, onCommitted) {
      const waiting = inFlightBytes() + filling.byteLength - BATCH_HEADER_BYTES
      if (waiting + ENTRY_HEADER_BYTES + byteLength > maxBytes) return 0
      filling.add(entry, byteLength)
      callbacks.push(onCommitted)
      return firstSeq + callbacks.length - 1
    },
    take() {
      if (callbacks.length === 0) return null
      const buffer = filling
      const batch = { firstSeq, count: callbacks.length, byteLength: buffer.byteLength, callbacks }
      inFlight = { ...batch, seal: (mark) => buffer.seal(mark, batch.firstSeq, batch.count) }
      firstSeq += callbacks.length
      callbacks = []
      filling = spare
      spare = buffer
      return inFlight
    },
    done() {
      inFlight = null
      spare.clear()
    },
    giveUp() {
      const all = [...(inFlight?.callbacks ?? []), ...callbacks]
      firstSeq = inFlight?.firstSeq ?? firstSeq
      inFlight = null
      callbacks = []
      filling.clear()
      spare.clear()
      return all
    },
    get entries() {
      return (inFlight?.count ?? 0) + callbacks.length
    },
  }
}

function createBatchBuffer() {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let end = BATCH_HEADER_BYTES

  function makeRoom(byteLength: number): void {
    let capacity = buffer.length
    while (capacity < end + byteLength) capacity *= 2
    if (capacity === buffer.length) return
    const larger = Buffer.allocUnsafeSlow(capacity)
    buffer.copy(larger, 0, 0, end)
    buffer = larger
  }

  return {
    add(entry: Buffer | string, byteLength: number): void {
      makeRoom(ENTRY_HEADER_BYTES + byteLength)
      end = buffer.writeUInt32LE(byteLength, end)
      end += typeof entry === 'string' ? buffer.write(entry, end) : entry.copy(buffer, end)
    },
    seal(mark: Buffer, firstSeq: number, count: number): Buffer {
      const sealed = buffer.subarray(0, end)
      sealBatch(sealed, mark, firstSeq, count)
      return sealed
    },
    clear(): void {
      end = BATCH_HEADER_BYTES
      if (buffer.length > KEPT_BYTES) buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
    },
    get byteLength() {
      return end
    },
  }
}
