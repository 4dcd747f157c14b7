import type { Engine } from './engine.ts'

const LOOK_EVERY_MS = 5_000
const LOG_BYTES_AT_MOST = 32 * 1024 * 1024
const LOG_BYTES = `
select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`

/**
 * PostgreSQL without its postmaster, as PGlite runs it, never checkpoints by itself (XLogWrite asks only
 * `IsUnderPostmaster`): the write-ahead log would grow by some 220 MB per million readings, and so would the time that
 * the next start after a kill needs to replay it.
 */
export interface LogTrimmer {
  /** Looks every few seconds of calling, and checkpoints when the log has grown. True when it did. */
  trimIfDue(): Promise<boolean>
}

export function createLogTrimmer(engine: Engine): LogTrimmer {
  let lookMs = performance.now()
  return {
    async trimIfDue() {
      if (performance.now() - lookMs < LOOK_EVERY_MS) return false
      lookMs = performance.now()
      const [log] = await engine.read((db) => db.query<{ bytes: number }>(LOG_BYTES))
      if (log === undefined || log.bytes < LOG_BYTES_AT_MOST) return false
      await engine.read((db) => db.script('checkpoint'))
      return true
    },
  }
}
