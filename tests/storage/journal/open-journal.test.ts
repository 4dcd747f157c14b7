import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { appended, contents, fate } from './journal-calls.ts'
import { createUnreliableDisk } from './unreliable-disk.ts'

async function openFresh(options: Partial<Parameters<typeof openJournal>[0]> = {}) {
  return openJournal({ dir: await temporaryFolder(), log: silentLog, ...options })
}

describe('appending', () => {
  it('gives positions at once, from 1 without gaps, and tells of durability in their order', async () => {
    const journal = await openFresh()
    const told: number[] = []

    const given = Array.from({ length: 100 }, (_, i) => {
      const seq = journal.append(Buffer.from(`entry ${i}`), () => told.push(seq))
      return seq
    })
    await journal.close()

    expect(given).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(told).toEqual(given)
  })

  it('never tells of durability before the sync that made it', async () => {
    const disk = createUnreliableDisk()
    const journal = await openFresh({ openFile: disk.openFile })
    await appended(journal, 'first')
    disk.steps.length = 0
    const history: string[] = []
    const letGo = disk.holdSyncs()

    const told = appended(journal, 'second').then(() => history.push(...disk.steps, 'told'))
    history.push('let go')
    letGo()
    await told

    expect(history).toEqual(['let go', 'write', 'sync', 'told'])
    await journal.close()
  })

  it('commits everything that came during one sync with the next one', async () => {
    const disk = createUnreliableDisk()
    const journal = await openFresh({ openFile: disk.openFile })
    await appended(journal, 'first')
    const letGo = disk.holdSyncs()
    const second = appended(journal, 'second')
    await new Promise(setImmediate)
    disk.steps.length = 0

    const others = Array.from({ length: 500 }, (_, i) => appended(journal, `other ${i}`))
    expect(journal.status().pendingEntries).toBe(501)
    letGo()
    await Promise.all([second, ...others])

    expect(disk.steps.filter((step) => step === 'sync')).toHaveLength(2)
    expect(journal.status()).toMatchObject({ committedSeq: 502, pendingEntries: 0, state: 'open' })
    await journal.close()
  })

  it('takes entries that are appended from within a callback', async () => {
    const journal = await openFresh()

    const inner = await new Promise<number>((resolve) => {
      journal.append(Buffer.from('outer'), () => resolve(appended(journal, 'inner')))
    })

    expect(inner).toBe(2)
    expect(await contents(journal)).toEqual(['outer', 'inner'])
    await journal.close()
  })

  it('keeps its own copy of the bytes', async () => {
    const journal = await openFresh()
    const bytes = Buffer.from('before')

    const done = new Promise((resolve) => journal.append(bytes, resolve))
    bytes.write('after!')
    await done

    expect(await contents(journal)).toEqual(['before'])
    await journal.close()
  })

  it('is not stopped by a callback that throws', async () => {
    const journal = await openFresh()

    journal.append(Buffer.from('one'), () => {
      throw new Error('a fault of the caller')
    })

    expect(await appended(journal, 'two')).toBe(2)
    await journal.close()
  })

  it('tells listeners of each commit until they leave', async () => {
    const journal = await openFresh()
    const heard: number[] = []
    const leave = journal.onCommit((committedSeq) => heard.push(committedSeq))

    await appended(journal, 'one')
    await appended(journal, 'two')
    leave()
    await appended(journal, 'three')

    expect(heard).toEqual([1, 2])
    await journal.close()
  })
})

describe('refusing', () => {
  it('refuses what exceeds the bound on waiting entries, and leaves no gap in the positions', async () => {
    const disk = createUnreliableDisk()
    const journal = await openFresh({ openFile: disk.openFile, maxPendingBytes: 100 })
    const letGo = disk.holdSyncs()
    const entry = Buffer.alloc(40)

    const fates = [fate(journal, entry), fate(journal, entry), fate(journal, entry)]
    expect(journal.append(entry, () => {})).toBe(0)
    letGo()

    expect(await Promise.all(fates)).toEqual(['stored', 'stored', 'overloaded'])
    expect(await appended(journal, 'next')).toBe(3)
    await journal.close()
  })

  it('lets no smaller entry overtake a refused one before its sender knows', async () => {
    const disk = createUnreliableDisk()
    const journal = await openFresh({ openFile: disk.openFile, maxPendingBytes: 100 })
    const letGo = disk.holdSyncs()

    const fates = [fate(journal, Buffer.alloc(80)), fate(journal, Buffer.alloc(40)), fate(journal, 'small')]
    const refused = await Promise.all(fates.slice(1))
    const afterwards = fate(journal, 'small')
    letGo()

    expect(refused).toEqual(['overloaded', 'overloaded'])
    expect([await fates[0], await afterwards]).toEqual(['stored', 'stored'])
    await journal.close()
  })

  it('calls back for a refused entry only after append has returned', async () => {
    const journal = await openFresh({ maxPendingBytes: 100 })
    const history: string[] = []

    const refused = new Promise<void>((resolve) => {
      journal.append(Buffer.alloc(200), (error) => {
        history.push(`${error?.code}`)
        resolve()
      })
      history.push('returned')
    })
    await refused

    expect(history).toEqual(['returned', 'too_large'])
    await journal.close()
  })

  it('takes nothing more once it is closed, but stores what was waiting', async () => {
    const dir = await temporaryFolder()
    const journal = await openJournal({ dir, log: silentLog })

    const waiting = fate(journal, 'waiting')
    const closed = journal.close()
    const late = fate(journal, 'late')
    await closed
    await journal.close()

    expect([await waiting, await late]).toEqual(['stored', 'stopped'])
    expect(journal.status().state).toBe('closed')
    await expect(journal.read(0, 1)).rejects.toMatchObject({ code: 'stopped' })
    const again = await openJournal({ dir, log: silentLog })
    expect(await contents(again)).toEqual(['waiting'])
    await again.close()
  })

  it('refuses a bound on disk that one batch could exceed', async () => {
    await expect(openFresh({ maxPendingBytes: 1000, maxBytesOnDisk: 1500 })).rejects.toMatchObject({
      code: 'config_invalid',
    })
  })
})

describe('reading', () => {
  it('gives entries after a position, in order, at most as many as wanted, across segments', async () => {
    const journal = await openFresh({ segmentBytes: 300 })
    for (let i = 1; i <= 50; i++) await appended(journal, `entry ${i}`)

    const page = await journal.read(10, 5)

    expect(page.map((entry) => [entry.seq, entry.bytes.toString()])).toEqual(
      [11, 12, 13, 14, 15].map((seq) => [seq, `entry ${seq}`]),
    )
    expect(await journal.read(0, 1000)).toHaveLength(50)
    expect(await journal.read(50, 10)).toEqual([])
    expect(await journal.read(49, 0)).toEqual([])
    await journal.close()
  })

  it('gives no entry that is not durable yet', async () => {
    const disk = createUnreliableDisk()
    const journal = await openFresh({ openFile: disk.openFile })
    await appended(journal, 'durable')
    const letGo = disk.holdSyncs()
    const waiting = appended(journal, 'waiting')
    await new Promise(setImmediate)

    expect(await contents(journal)).toEqual(['durable'])

    letGo()
    await waiting
    expect(await contents(journal)).toEqual(['durable', 'waiting'])
    await journal.close()
  })

  it('gives empty and large entries back as they were', async () => {
    const journal = await openFresh({ segmentBytes: 100_000 })
    const large = Buffer.alloc(3_000_000, 'x')
    await Promise.all([appended(journal, ''), appended(journal, large), appended(journal, '')])

    const sizes = (await journal.read(0, 10)).map((entry) => entry.bytes.length)

    expect(sizes).toEqual([0, 3_000_000, 0])
    await journal.close()
  })
})

describe('releasing', () => {
  it('deletes whole segments before the position, never the one that is written to', async () => {
    const dir = await temporaryFolder()
    const journal = await openJournal({ dir, segmentBytes: 300, log: silentLog })
    for (let i = 1; i <= 50; i++) await appended(journal, `entry ${i}`)
    const before = journal.status()

    await journal.release(25)
    const { firstSeq, bytesOnDisk } = journal.status()
    const left = await journal.read(0, 1000)

    expect(firstSeq).toBeGreaterThan(1)
    expect(firstSeq).toBeLessThanOrEqual(25)
    expect(bytesOnDisk).toBeLessThan(before.bytesOnDisk)
    expect(left.map((entry) => entry.seq)).toEqual(Array.from({ length: 51 - firstSeq }, (_, i) => firstSeq + i))
    await journal.release(1_000)
    expect(await appended(journal, 'next')).toBe(51)
    await journal.close()
    expect((await readdir(dir)).filter((name) => name.endsWith('.journal'))).toHaveLength(1)
  })

  it('goes on with its positions after everything was released and it was opened again', async () => {
    const dir = await temporaryFolder()
    const first = await openJournal({ dir, segmentBytes: 200, log: silentLog })
    for (let i = 1; i <= 20; i++) await appended(first, `entry ${i}`)
    await first.release(21)
    await first.close()

    const second = await openJournal({ dir, segmentBytes: 200, log: silentLog })

    expect(second.status().committedSeq).toBe(20)
    expect(await appended(second, 'next')).toBe(21)
    await second.close()
  })
})

describe('opening', () => {
  it('makes the folder, and keeps one id for good', async () => {
    const dir = join(await temporaryFolder(), 'deep', 'journal')

    const first = await openJournal({ dir, log: silentLog })
    await first.close()
    const second = await openJournal({ dir, log: silentLog })
    const other = await openFresh()

    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/)
    expect(second.id).toBe(first.id)
    expect(other.id).not.toBe(first.id)
    expect(second.status()).toMatchObject({ firstSeq: 1, committedSeq: 0, state: 'open' })
    await Promise.all([second.close(), other.close()])
  })

  it('goes on in the segment where it stopped', async () => {
    const dir = await temporaryFolder()
    for (let i = 1; i <= 5; i++) {
      const journal = await openJournal({ dir, log: silentLog })
      expect(await appended(journal, `life ${i}`)).toBe(i)
      await journal.close()
    }

    const journal = await openJournal({ dir, log: silentLog })

    expect(await contents(journal)).toEqual(['life 1', 'life 2', 'life 3', 'life 4', 'life 5'])
    expect((await readdir(dir)).sort()).toEqual(['0000000000000001.journal', 'journal.json'])
    await journal.close()
  })
})
