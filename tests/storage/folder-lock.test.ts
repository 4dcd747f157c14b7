import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockFolder } from '../../storage/folder-lock.ts'
import { temporaryFolder } from './temporary-folder.ts'

const CHILD = fileURLToPath(new URL('./lock-child.mjs', import.meta.url))

/** A process that tries to lock the folder, and the first line that it says. */
async function startChild(dir: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [CHILD, dir], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout!, 'data')
  return { child, said: String(line).trim() }
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

describe('a folder lock', () => {
  it('makes the folder, says that it was never used, and then that it was left clean', async () => {
    const dir = join(await temporaryFolder(), 'data')

    const first = await lockFolder(dir)
    await first.release()
    await first.release()
    const second = await lockFolder(dir)

    expect([first.previous, second.previous]).toEqual(['none', 'clean'])
    await second.release()
    expect(await readdir(dir)).toEqual(['huying.lock'])
  })

  it('keeps out a second use in the same process', async () => {
    const dir = await temporaryFolder()
    const lock = await lockFolder(dir)

    await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'folder_locked', details: { pid: process.pid } })
    await lock.release()
  })

  it('keeps out another process and names the holder, until it is released', async () => {
    const dir = await temporaryFolder()
    const { child, said } = await startChild(dir)

    expect(said).toBe('locked none')
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'folder_locked', details: { pid: child.pid } })

    const exited = once(child, 'exit')
    child.stdin!.write('release')
    await exited
    expect((await lockFolder(dir)).previous).toBe('clean')
  })

  it('of a killed process is taken over', async () => {
    const dir = await temporaryFolder()
    const { child } = await startChild(dir)
    await kill(child)

    const lock = await lockFolder(dir)

    expect(lock.previous).toBe('killed')
    await lock.release()
  })

  it('of a process whose pid another one has now is taken over', async () => {
    const dir = await temporaryFolder()
    await alterLock(dir, (claim) => ({ ...claim, pid: process.pid, startTicks: 1 }))

    expect((await lockFolder(dir)).previous).toBe('killed')
  })

  it('from before a reboot tells of a power cut, unless it was released', async () => {
    const dir = await temporaryFolder()
    const otherBoot = '00000000-0000-0000-0000-000000000000'
    await alterLock(dir, (claim) => ({ ...claim, bootId: otherBoot }))
    const lock = await lockFolder(dir)
    await lock.release()
    await alterLock(dir, (claim) => ({ ...claim, bootId: otherBoot, released: true }))

    expect(lock.previous).toBe('power_cut')
    expect((await lockFolder(dir)).previous).toBe('clean')
  })

  it.each(['', 'garbage', '{}', 'null'])('that is damaged (%j) is taken over as after a power cut', async (text) => {
    const dir = await temporaryFolder()
    await writeFile(join(dir, 'huying.lock'), text)

    expect((await lockFolder(dir)).previous).toBe('power_cut')
  })

  it('is given to exactly one of many starters, on a fresh folder and after each kill', {
    timeout: 120_000,
  }, async () => {
    const dir = await temporaryFolder()
    for (let round = 0; round < 6; round++) {
      const starters = await Promise.all(Array.from({ length: 6 }, () => startChild(dir)))
      const holders = starters.filter(({ said }) => said.startsWith('locked'))

      expect(holders.map(({ said }) => said)).toEqual([round === 0 ? 'locked none' : 'locked killed'])
      await kill(holders[0]!.child)
    }
  })

  it('is given to exactly one of many racing claims in one process, whatever was left behind', async () => {
    for (let round = 0; round < 50; round++) {
      const dir = await temporaryFolder()
      if (round % 2) await writeFile(join(dir, 'huying.lock'), `left behind ${round}`)

      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(dir)))

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'folder_locked' })
      expect(await readdir(dir)).toEqual(['huying.lock'])
    }
  })

  it('can be taken over when the process that was taking it over was killed too', async () => {
    const dir = await temporaryFolder()
    await alterLock(dir, (claim) => ({ ...claim, startTicks: 1 }))
    const dead = await readFile(join(dir, 'huying.lock'), 'utf8')
    const right = createHash('sha256').update(dead).digest('hex').slice(0, 16)
    await writeFile(join(dir, `huying.lock.${right}`), dead.replace('"startTicks":1', '"startTicks":2'))

    expect((await lockFolder(dir)).previous).toBe('killed')
    expect(await readdir(dir)).toEqual(['huying.lock'])
  })
})

/** Rewrites the lock that this process holds or has left, as if another had. */
async function alterLock(dir: string, change: (claim: object) => object): Promise<void> {
  const path = join(dir, 'huying.lock')
  if (!(await readdir(dir)).includes('huying.lock')) await lockFolder(dir)
  const claim = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify(change(claim)))
}
