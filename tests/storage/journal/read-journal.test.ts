import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { createJournalReader } from '../../../storage/journal/read-journal.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { appended } from './journal-calls.ts'

async function openSmall() {
  const dir = await temporaryFolder()
  return { dir, journal: await openJournal({ dir, segmentBytes: 2_000, log: silentLog }) }
}

describe('a reader beside the writer', () => {
  it('in another thread finds every entry while the writer goes on and drops what was read', async () => {
    const { dir, journal } = await openSmall()
    const worker = new Worker(new URL('./read-worker.mjs', import.meta.url), { workerData: { dir } })
    const found: [number, string][] = []
    let appending = Promise.resolve(0)
    for (let round = 0; round < 100; round++) {
      await appending
      worker.postMessage(journal.status().committedSeq)
      for (let i = 0; i < 20; i++) appending = appended(journal, `round ${round} ${i}`)
      const [answer] = (await once(worker, 'message')) as [{ cursor: number; found: [number, string][] }]
      found.push(...answer.found)
      await journal.release(answer.cursor + 1)
    }
    await worker.terminate()

    expect(found).toEqual(Array.from({ length: 99 * 20 }, (_, i) => [i + 1, `round ${Math.floor(i / 20)} ${i % 20}`]))
    expect(journal.status().firstSeq).toBeGreaterThan(1_900)
    await journal.close()
  })

  it('reads up to the position it is told, and no further', async () => {
    const { dir, journal } = await openSmall()
    await Promise.all([appended(journal, 'one'), appended(journal, 'two'), appended(journal, 'three')])
    const reader = createJournalReader(dir)

    const entries = await reader.read(0, 2, 100)

    expect(entries.map((entry) => entry.bytes.toString())).toEqual(['one', 'two'])
    await journal.close()
  })

  it('starts with the first entry that is left when those it wants were released behind its back', async () => {
    const { dir, journal } = await openSmall()
    const reader = createJournalReader(dir)
    for (let i = 1; i <= 200; i++) await appended(journal, `entry number ${i}`)
    expect(await reader.read(0, 200, 10)).toHaveLength(10)

    await journal.release(150)
    const entries = await reader.read(10, 200, 1)

    expect(entries[0]?.seq).toBe(journal.status().firstSeq)
    await journal.close()
  })

  it('finds a segment that was started after it looked', async () => {
    const { dir, journal } = await openSmall()
    await appended(journal, 'one')
    const reader = createJournalReader(dir)
    await reader.read(0, 1, 10)
    await appended(journal, 'x'.repeat(3_000))

    expect((await reader.read(1, 2, 10)).map((entry) => entry.seq)).toEqual([2])
    await journal.close()
  })

  it('throws journal_corrupt for a position that the files do not have', async () => {
    const { dir, journal } = await openSmall()
    await appended(journal, 'one')
    const reader = createJournalReader(dir)

    await expect(reader.read(0, 5, 10)).rejects.toMatchObject({ code: 'journal_corrupt', details: { seq: 2 } })
    await expect(createJournalReader(await temporaryFolder()).read(0, 1, 1)).rejects.toMatchObject({
      code: 'journal_corrupt',
    })
    await journal.close()
  })

  it('refuses to read once it is closed', async () => {
    const { dir, journal } = await openSmall()
    const reader = createJournalReader(dir)
    reader.close()

    await expect(reader.read(0, 0, 1)).rejects.toMatchObject({ code: 'stopped' })
    await journal.close()
  })
})
