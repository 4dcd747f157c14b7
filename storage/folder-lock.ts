import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'
import { errnoOf } from './errno.ts'
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts'
import { syncFolder } from './sync-folder.ts'
import { readIfThere } from './text-file.ts'
import { writeFileAtomically, writeSynced } from './write-file-atomically.ts'

/** How the folder was left: never used, released, its process ended without releasing, or the machine did. */
export type PreviousUse = 'none' | 'clean' | 'killed' | 'power_cut'

export interface FolderLock {
  /** `power_cut`: what was not synced may be gone or half there. Make a mark of your own if a rebuild can be cut short. */
  previous: PreviousUse
  /** Says that the folder was left clean: call it last, when all in it is synced. Twice is fine. */
  release(): Promise<void>
}

/** What the lock file holds. */
interface Claim extends ProcessIdentity {
  /** No two claims are equal. */
  id: string
  released: boolean
}
/** A claim as found, null when the file is damaged, and a name that no other content has. */
interface Found {
  claim: Claim | null
  digest: string
}

/**
 * Takes a data folder for this process, making it when missing. The lock of a dead process (kill, reboot) is taken
 * over, by one of any number of starters. Throws `folder_locked` with the holder's pid in the details.
 * Processes that can't see each other's pids, in two containers on one volume, are not kept apart.
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, 'huying.lock')
  const claim: Claim = { ...(await ownIdentity()), id: randomUUID(), released: false }
  const temporary = join(dir, `huying.lock.${claim.id}.tmp`)
  let previous: PreviousUse
  try {
    await writeSynced(temporary, JSON.stringify(claim))
    previous = await take(path, temporary, claim)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dir)
  let releasing: Promise<void> | null = null
  return {
    previous,
    release() {
      releasing ??= writeFileAtomically(path, JSON.stringify({ ...claim, released: true }))
      return releasing
    },
  }
}

/** Pid of the process that uses the folder, or null. Looks only: takes nothing, changes nothing. */
export async function folderHolder(dir: string): Promise<number | null> {
  const found = await find(join(dir, 'huying.lock'))
  if (!found?.claim || found.claim.released) return null
  return (await isRunning(found.claim)) ? found.claim.pid : null
}

/**
 * Makes `path` a link to our claim. A dead holder's file must be replaced by exactly one of us: whoever holds the file
 * named after the dead one's content may, and only while that content still stands. The right to replace is taken in
 * the same way, as its holder can die too.
 */
async function take(path: string, temporary: string, own: Claim): Promise<PreviousUse> {
  while (true) {
    if (await linkIfFree(temporary, path)) return 'none'
    const found = await find(path)
    if (!found) continue
    if (found.claim && !found.claim.released && (await isRunning(found.claim)))
      throw new AppError('folder_locked', 'another process uses the folder', { file: path, pid: found.claim.pid })
    const right = `${path}.${found.digest}`
    await take(right, temporary, own)
    const isOurs = (await find(path))?.digest === found.digest
    if (!isOurs) {
      await rm(right, { force: true })
      continue
    }
    await rename(right, path)
    return previousUse(found.claim, own)
  }
}

function previousUse(found: Claim | null, own: Claim): PreviousUse {
  if (!found) return 'power_cut'
  if (found.released) return 'clean'
  return found.bootId === own.bootId ? 'killed' : 'power_cut'
}

async function linkIfFree(existing: string, path: string): Promise<boolean> {
  try {
    await link(existing, path)
    return true
  } catch (err) {
    if (errnoOf(err) === 'EEXIST') return false
    throw err
  }
}

async function find(path: string): Promise<Found | null> {
  const text = await readIfThere(path)
  if (text === null) return null
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return { claim: parseClaim(text), digest }
}

function parseClaim(text: string): Claim | null {
  try {
    const claim = JSON.parse(text) as Claim
    return typeof claim.pid === 'number' && typeof claim.released === 'boolean' ? claim : null
  } catch {
    return null
  }
}
