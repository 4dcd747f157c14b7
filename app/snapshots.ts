import type { Log } from '../core/log.ts'
import { writeStateFile } from '../storage/state-file.ts'
import type { Snapshot } from './recovery.ts'

/** Writes judging state now and then, so that a crash costs little replay, and lets the journal drop what it no longer needs. */
export interface Snapshots {
  start(): void
  /** Takes the snapshot at once. Calls that come while one is being written share it. */
  write(): Promise<void>
  /** The same, but when one is being written, another one after it: what was just decided is in it. */
  renew(): Promise<void>
  /** Writes a last one. */
  stop(): Promise<void>
}

export function createSnapshots(ports: {
  path: string
  everyS: number
  log: Log
  /** State as it is now, all positions taken in the same moment. */
  take(): Omit<Snapshot, 'ledgerSeq' | 'registry'>
  /**
   * Resolves, once everything decided before the call is durable, with the last ledger position, and the registry then: it knows of
   * a change only when that is durable, and taking a change in twice is harmless.
   */
  settle(): Promise<Pick<Snapshot, 'ledgerSeq' | 'registry'>>
  onWritten(snapshot: Snapshot): Promise<void>
}): Snapshots {
  const { path, everyS, log, take, settle, onWritten } = ports
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function writeOne(): Promise<void> {
    const state = take()
    const snapshot = { ...state, ...(await settle()) }
    await writeStateFile(path, snapshot)
    await onWritten(snapshot)
  }

  function write(): Promise<void> {
    writing ??= writeOne()
      .catch((err: unknown) => log.warn({ err }, 'snapshot could not be written, the journal is kept instead'))
      .finally(() => {
        writing = undefined
      })
    return writing
  }

  function renew(): Promise<void> {
    if (writing === undefined) return write()
    next ??= writing.then(() => {
      next = undefined
      return write()
    })
    return next
  }

  return {
    start() {
      timer ??= setInterval(write, everyS * 1000)
    },
    write,
    renew,
    async stop() {
      clearInterval(timer)
      timer = undefined
      await writing
      await renew()
    },
  }
}
