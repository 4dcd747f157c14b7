import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { listSegments } from '../../../storage/journal/segment-names.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { appended, contents, createWatchedLog, fate } from './journal-calls.ts'
import { createUnreliableDisk } from './unreliable-disk.ts'

async function openUnreliable() {
  const disk = createUnreliableDisk()
  const log = createWatchedLog()
  const dir = await temporaryFolder()
  const journal = await openJournal({ dir, retryFullMs: 1, openFile: disk.openFile, log })
  await appended(journal, 'before')
  return { disk, log, dir, journal }
}

describe.each(['write', 'sync'] as const)('an I/O error in %s', (step) => {
  it('gives up everything pending, in order, and stores nothing of it', async () => {
    const { disk, log, dir, journal } = await openUnreliable()
    const told: string[] = []
    const letGo = disk.holdSyncs()
    disk.fail(step, 'EIO', 1)

    journal.append(Buffer.from('in flight'), (error) => told.push(`2 ${error?.code}`))
    await new Promise(setImmediate)
    const next = new Promise<void>((resolve) => {
      journal.append(Buffer.from('next'), (error) => {
        told.push(`3 ${error?.code}`)
        resolve()
      })
    })
    letGo()
    await next

    expect(told).toEqual(['2 journal_failed', '3 journal_failed'])
    expect(journal.status()).toMatchObject({ state: 'failed', committedSeq: 1, pendingEntries: 0 })
    await log.said('journal repaired')
    await journal.close()
    const again = await openJournal({ dir, log: silentLog })
    expect(await contents(again)).toEqual(['before'])
    await again.close()
  })

  it('leads to a new file, with the positions that were given up', async () => {
    const { disk, log, dir, journal } = await openUnreliable()
    disk.fail(step, 'EIO', 1)
    await fate(journal, 'lost')

    await log.said('journal repaired')

    expect(await appended(journal, 'after')).toBe(2)
    expect(await contents(journal)).toEqual(['before', 'after'])
    expect(await listSegments(dir)).toEqual([1, 2])
    await journal.close()
  })
})

describe('a disk that stays broken', () => {
  it('is tried again until it works, and refuses meanwhile', async () => {
    const { disk, log, journal } = await openUnreliable()
    disk.fail('sync', 'EIO', 4)
    expect(await fate(journal, 'lost')).toBe('journal_failed')

    await log.said('journal not repaired yet')
    if (journal.status().state === 'failed') expect(await fate(journal, 'refused')).toBe('journal_failed')
    await log.said('journal repaired')

    expect(await fate(journal, 'after')).toBe('stored')
    expect(await contents(journal)).toEqual(['before', 'after'])
    await journal.close()
  })

  it('can be closed, and what was durable before can still be read until then', async () => {
    const { disk, log, dir, journal } = await openUnreliable()
    disk.fail('sync', 'EIO', 1_000_000)
    disk.fail('truncate', 'EIO', 1_000_000)
    await fate(journal, 'lost')
    await log.said('journal not repaired yet')

    expect(await contents(journal)).toEqual(['before'])
    await journal.close()

    expect(journal.status().state).toBe('closed')
    const again = await openJournal({ dir, log: silentLog })
    expect((await contents(again))[0]).toBe('before')
    await again.close()
  })

  it('is taken for broken, not full, when the half-written end cannot be cut', async () => {
    const { disk, journal } = await openUnreliable()
    disk.fail('write', 'ENOSPC', 1)
    disk.fail('truncate', 'EIO', 1)

    expect(await fate(journal, 'lost')).toBe('journal_failed')
    await journal.close()
  })
})
