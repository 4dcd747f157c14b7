import { AppError } from '../core/errors.ts'

/** The code of a failed system call, for example `ENOENT`; undefined for anything else that was thrown. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** True when something failed for lack of room (disk, quota or a bound of our own), which can pass by itself. */
export function isDiskFull(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'journal_full'
  const errno = errnoOf(thrown)
  return errno === 'ENOSPC' || errno === 'EDQUOT'
}
