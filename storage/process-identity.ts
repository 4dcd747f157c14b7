import { readFile } from 'node:fs/promises'
import { errnoOf } from './errno.ts'

/** Names one run of one process for good: pids are used again, a start time within a boot is not. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks from boot to the start of the process; null where there is no `/proc`. */
  startTicks: number | null
  /** Changes with each boot of the machine; null where there is no `/proc`. */
  bootId: string | null
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTicks: await startTicksOf(process.pid), bootId: await bootId() }
}

/** True when that very run of the process is still there. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  if (identity.bootId !== (await bootId())) return false
  if (identity.startTicks !== null) return (await startTicksOf(identity.pid)) === identity.startTicks
  try {
    process.kill(identity.pid, 0)
    return true
  } catch (err) {
    return errnoOf(err) === 'EPERM'
  }
}

/** Field 22 of `/proc/PID/stat`; the name in field 2 may hold anything, so counting starts behind its last `)`. */
async function startTicksOf(pid: number): Promise<number | null> {
  const text = await readOrNull(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const isZombie = fields[0] === 'Z' || fields[0] === 'X'
  return isZombie ? null : Number(fields[19])
}

async function bootId(): Promise<string | null> {
  return (await readOrNull('/proc/sys/kernel/random/boot_id'))?.trim() ?? null
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (err) {
    if (errnoOf(err) === 'ENOENT' || errnoOf(err) === 'ESRCH') return null
    throw err
  }
}
