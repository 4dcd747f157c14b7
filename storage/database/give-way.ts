import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** Of -20 to 19: about a tenth of the processor while others want it too. */
const NICENESS = 10

/**
 * Lowers the priority of the thread that calls it, on Linux, where threads have one of their own. Whoever hears, judges
 * and tells goes first; what the database has not yet is in the journal. Elsewhere, or where it is not allowed, nothing
 * happens.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICENESS)
  } catch {
    // Only the order of turns would have been better.
  }
}
