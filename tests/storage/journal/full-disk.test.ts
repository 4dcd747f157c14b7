import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { appended, contents, createWatchedLog, fate } from './journal-calls.ts'
import { createUnreliableDisk } from './unreliable-disk.ts'

const FULL = 'journal full, nothing is acknowledged'

describe('the bound on disk', () => {
  const bounds = { maxPendingBytes: 1_000, maxBytesOnDisk: 4_000, retryFullMs: 60_000 }

  it('stops acknowledging when it is reached and goes on, in order, when entries are released', async () => {
    const log = createWatchedLog()
    const journal = await openJournal({ dir: await temporaryFolder(), ...bounds, log })
    const told: number[] = []
    const all: Promise<unknown>[] = []
    while (journal.status().state === 'open') {
      all.push(appended(journal, Buffer.alloc(200, 'x')).then((seq) => told.push(seq)))
      await Promise.race([all.at(-1), log.said(FULL)])
    }
    const durable = told.length

    all.push(appended(journal, 'waiting').then((seq) => told.push(seq)))
    expect(journal.status()).toMatchObject({ state: 'full', committedSeq: durable, pendingEntries: 2 })
    expect(journal.status().bytesOnDisk).toBeLessThanOrEqual(4_000)
    await journal.release(durable + 1)
    await Promise.all(all)

    expect(told).toEqual(Array.from({ length: durable + 2 }, (_, i) => i + 1))
    expect(journal.status()).toMatchObject({ state: 'open', committedSeq: durable + 2 })
    await journal.close()
  })

  it('refuses with journal_full what exceeds the bound on waiting entries meanwhile', async () => {
    const log = createWatchedLog()
    const dir = await temporaryFolder()
    const journal = await openJournal({ dir, ...bounds, log })
    const stored = []
    for (let i = 0; i < 5; i++) stored.push(await fate(journal, Buffer.alloc(700)))
    const waiting = fate(journal, Buffer.alloc(700))
    await log.said(FULL)

    const refused = await fate(journal, Buffer.alloc(700))
    await journal.close()

    expect(stored).toEqual(Array(5).fill('stored'))
    expect([refused, await waiting]).toEqual(['journal_full', 'stopped'])
    const again = await openJournal({ dir, ...bounds, log: silentLog })
    expect(again.status().committedSeq).toBe(5)
    await again.close()
  })
})

describe('a disk that says it is full', () => {
  it.each([
    ['write', 'ENOSPC'],
    ['write', 'EDQUOT'],
    ['sync', 'ENOSPC'],
  ] as const)(
    'keeps entries waiting when %s fails with %s, and stores each once when there is room',
    async (step, errno) => {
      const disk = createUnreliableDisk()
      const log = createWatchedLog()
      const dir = await temporaryFolder()
      const journal = await openJournal({ dir, retryFullMs: 1, openFile: disk.openFile, log })
      await appended(journal, 'before')

      disk.fail(step, errno, 3)
      const waiting = appended(journal, 'w'.repeat(10_000))
      await log.said(FULL)
      const later = appended(journal, 'later')

      expect(await Promise.all([waiting, later])).toEqual([2, 3])
      await log.said('journal has room again')
      expect(journal.status().state).toBe('open')
      await journal.close()
      const again = await openJournal({ dir, log: silentLog })
      expect(await contents(again)).toEqual(['before', 'w'.repeat(10_000), 'later'])
      await again.close()
    },
  )

  it('leaves nothing of an entry that was given up at close', async () => {
    const disk = createUnreliableDisk()
    const log = createWatchedLog()
    const dir = await temporaryFolder()
    const journal = await openJournal({ dir, openFile: disk.openFile, log })
    await appended(journal, 'before')
    disk.fail('sync', 'ENOSPC', 1_000)
    const waiting = fate(journal, 'waiting')
    await log.said(FULL)

    await journal.close()

    expect(await waiting).toBe('stopped')
    const again = await openJournal({ dir, log: silentLog })
    expect(await contents(again)).toEqual(['before'])
    await again.close()
  })
})

/** 4 MiB of memory as a file system of its own: only root may mount it. */
describe('a disk that is really full', () => {
  const mountPoint = mkdtempSync(join(tmpdir(), 'huying-disk-'))
  let refusal: string | null = null

  beforeAll(() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mountPoint], { stdio: 'pipe' })
    } catch (err) {
      refusal = `no real full disk: mounting a small tmpfs is not permitted here (${String(err).split('\n')[0]})`
    }
  })
  afterAll(() => {
    if (refusal === null) execFileSync('umount', ['--lazy', mountPoint])
    rmSync(mountPoint, { recursive: true, force: true })
  })

  it('holds every acknowledged entry, and takes more when room is made', async ({ skip }) => {
    if (refusal !== null) skip(refusal)
    const filler = join(mountPoint, 'filler')
    await writeFile(filler, Buffer.alloc(1_000_000))
    const dir = join(mountPoint, 'journal')
    const log = createWatchedLog()
    const journal = await openJournal({ dir, segmentBytes: 500_000, retryFullMs: 1, log })
    const told: number[] = []
    const all: Promise<unknown>[] = []
    while (journal.status().state === 'open') {
      for (let i = 0; i < 10; i++)
        all.push(appended(journal, `${all.length + 1} ${'x'.repeat(3000)}`).then((seq) => told.push(seq)))
      await Promise.race([all.at(-1), log.said(FULL)])
    }
    const durable = journal.status().committedSeq
    expect(durable).toBeGreaterThan(500)
    expect(told).toHaveLength(durable)

    await rm(filler)
    await Promise.all(all)
    await journal.close()

    expect(told).toEqual(all.map((_, i) => i + 1))
    const again = await openJournal({ dir, log: silentLog })
    const seen = (await contents(again)).map((entry) => Number.parseInt(entry, 10))
    expect(seen).toEqual(told)
    await again.close()
  })

  it('still takes as much as it has in reserve, also right after a start', async ({ skip }) => {
    if (refusal !== null) skip(refusal)
    await rm(join(mountPoint, 'journal'), { recursive: true, force: true })
    const dir = join(mountPoint, 'reserved')
    const reserveBytes = 1_000_000
    const first = await openJournal({ dir, reserveBytes, log: silentLog })
    await appended(first, 'before')
    await first.close()
    const log = createWatchedLog()
    const journal = await openJournal({ dir, reserveBytes, retryFullMs: 60_000, log })
    const filler = join(mountPoint, 'filler')
    for (const size of [100_000, 4096]) await fillUp(filler, size)

    let stored = 0
    while (journal.status().state === 'open') {
      const waiting = fate(journal, Buffer.alloc(30_000, 'x')).then((end) => end === 'stored' && stored++)
      await Promise.race([waiting, log.said(FULL)])
    }
    expect(stored * 30_000).toBeGreaterThan(reserveBytes - 30_000)

    await journal.close()
    const again = await openJournal({ dir, log: silentLog })
    expect(again.status().committedSeq).toBe(1 + stored)
    await again.close()
    for (const path of [filler, dir]) await rm(path, { recursive: true })
  })

  it('makes its own room by releasing, with not a byte left for a new segment', async ({ skip }) => {
    if (refusal !== null) skip(refusal)
    await rm(join(mountPoint, 'journal'), { recursive: true, force: true })
    const dir = join(mountPoint, 'other')
    const log = createWatchedLog()
    const journal = await openJournal({ dir, retryFullMs: 60_000, log })
    const all: Promise<unknown>[] = []
    while (journal.status().state === 'open') {
      all.push(appended(journal, Buffer.alloc(30_000, 'x')))
      await Promise.race([all.at(-1), log.said(FULL)])
    }

    await journal.release(journal.status().committedSeq + 1)
    await Promise.all(all)

    expect(journal.status()).toMatchObject({ state: 'open', committedSeq: all.length })
    await journal.close()
  })
})

async function fillUp(path: string, size: number): Promise<void> {
  const bytes = Buffer.alloc(size)
  const file = await open(path, 'a')
  try {
    while ((await file.write(bytes)).bytesWritten === size);
  } catch (err) {
    expect(err).toMatchObject({ code: 'ENOSPC' })
  } finally {
    await file.close()
  }
}
