import { describe, expect, it } from 'vitest'
import type { AppError } from '../../core/errors.ts'
import type { Journal } from '../../core/journal.ts'
import { silentLog } from '../../core/log.ts'
import { openJournal } from '../../storage/journal/open-journal.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

const JOURNALS: [string, () => Promise<Journal>][] = [
  ['in files', async () => openJournal({ dir: await temporaryFolder(), log: silentLog })],
  ['in memory', async () => createMemoryJournal()],
]

/** Appends entries in one turn; resolves to what was told, in the order of telling. */
async function appendAll(journal: Journal, entries: string[]): Promise<[seq: number, error: string | null][]> {
  const told: [number, string | null][] = []
  await Promise.all(
    entries.map(
      (text) =>
        new Promise<void>((resolve) => {
          const seq: number = journal.append(Buffer.from(text), (error: AppError | null) => {
            told.push([seq, error?.code ?? null])
            resolve()
          })
        }),
    ),
  )
  return told
}

describe.each(JOURNALS)('a journal %s', (_, open) => {
  it('gives positions from 1 and tells of durability in their order, never inside append', async () => {
    const journal = await open()

    expect(await appendAll(journal, ['a', 'b'])).toEqual([
      [1, null],
      [2, null],
    ])
    expect(await appendAll(journal, ['c'])).toEqual([[3, null]])
    expect(journal.status()).toMatchObject({ firstSeq: 1, committedSeq: 3, pendingEntries: 0, state: 'open' })
    await journal.close()
  })

  it('reads durable entries after a position, oldest first, at most as many as wanted', async () => {
    const journal = await open()
    await appendAll(journal, ['a', 'b', 'c', 'd'])

    const page = (await journal.read(1, 2)).map(({ seq, bytes }) => [seq, bytes.toString()])

    expect(page).toEqual([
      [2, 'b'],
      [3, 'c'],
    ])
    expect(await journal.read(4, 10)).toEqual([])
    await journal.close()
  })

  it('keeps its own copy of the bytes', async () => {
    const journal = await open()
    const bytes = Buffer.from('before')

    const done = new Promise((resolve) => journal.append(bytes, resolve))
    bytes.write('after!')
    await done

    expect((await journal.read(0, 1))[0]?.bytes.toString()).toBe('before')
    await journal.close()
  })

  it('tells listeners of the last durable position until they leave, after the callbacks', async () => {
    const journal = await open()
    const heard: unknown[] = []
    const leave = journal.onCommit((committedSeq) => heard.push(committedSeq))

    await new Promise((resolve) => {
      journal.append(Buffer.from('a'), () => heard.push('told'))
      journal.append(Buffer.from('b'), resolve)
    })
    leave()
    await appendAll(journal, ['c'])

    expect(heard).toEqual(['told', 2])
    await journal.close()
  })

  it('goes on with its positions after a release, and keeps what was not released', async () => {
    const journal = await open()
    await appendAll(journal, ['a', 'b', 'c'])

    await journal.release(3)

    expect((await journal.read(2, 10)).map(({ seq }) => seq)).toEqual([3])
    expect(journal.status().firstSeq).toBeLessThanOrEqual(3)
    expect(await appendAll(journal, ['d'])).toEqual([[4, null]])
    await journal.close()
  })

  it('stores what is pending when it is closed, twice if you like, and refuses what comes later', async () => {
    const journal = await open()

    const waiting = appendAll(journal, ['waiting'])
    await Promise.all([journal.close(), journal.close()])

    expect(await waiting).toEqual([[1, null]])
    expect(await appendAll(journal, ['late'])).toEqual([[0, 'stopped']])
    expect(journal.status().state).toBe('closed')
  })
})
