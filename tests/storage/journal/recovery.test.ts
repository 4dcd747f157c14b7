import { appendFile, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Log, silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { listSegments, segmentPath } from '../../../storage/journal/segment-names.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { appended, contents, createWatchedLog } from './journal-calls.ts'

const HEADER_BYTES = 44

/** A closed journal with one batch per entry, and the offset in its only file where each batch starts. */
async function writtenJournal(entries: string[], segmentBytes = 1_000_000) {
  const dir = await temporaryFolder()
  const journal = await openJournal({ dir, segmentBytes, log: silentLog })
  const starts: number[] = []
  for (const entry of entries) {
    starts.push(Math.max(HEADER_BYTES, journal.status().bytesOnDisk))
    await appended(journal, entry)
  }
  await journal.close()
  return { dir, starts, file: segmentPath(dir, (await listSegments(dir)).at(-1)!), segmentBytes }
}

async function reopened(dir: string, log: Log = silentLog) {
  const journal = await openJournal({ dir, segmentBytes: 1_000_000, log })
  const found = await contents(journal)
  await journal.close()
  return found
}

async function alter(file: string, offset: number, change: (byte: number) => number): Promise<void> {
  const bytes = await readFile(file)
  bytes[offset] = change(bytes[offset]!)
  await writeFile(file, bytes)
}

describe('a torn end', () => {
  it('is cut, with a log line, wherever the last batch was torn', async () => {
    const { dir, starts, file } = await writtenJournal(['one', 'two', 'three'])
    const whole = await readFile(file)

    for (let length = starts[2]! + 1; length < whole.length; length++) {
      await writeFile(file, whole.subarray(0, length))
      const log = createWatchedLog()

      expect(await reopened(dir, log)).toEqual(['one', 'two'])
      expect(await log.said('torn end of the journal cut')).toMatchObject({ file, offset: starts[2] })
      expect((await stat(file)).size).toBe(starts[2])
    }
  })

  it('is cut when blocks of it never reached the disk', async () => {
    const { dir, starts, file } = await writtenJournal(['one', 'two', 'x'.repeat(10_000)])
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(4096), 0, 4096, starts[2]!)
    await handle.close()

    expect(await reopened(dir)).toEqual(['one', 'two'])
  })

  it('is cut when it is followed by garbage or by zeros', async () => {
    const { dir, file } = await writtenJournal(['one', 'two', 'three'])
    await truncate(file, (await stat(file)).size - 1)
    await appendFile(file, Buffer.alloc(5000))
    await appendFile(file, 'garbage')

    expect(await reopened(dir)).toEqual(['one', 'two'])
  })

  it('needs no cut when only zeros, written ahead, follow the last batch', async () => {
    const { dir, file } = await writtenJournal(['one', 'two'])
    await appendFile(file, Buffer.alloc(100_000))
    const log = createWatchedLog()
    let warned = false
    log.warn = () => {
      warned = true
    }

    expect(await reopened(dir, log)).toEqual(['one', 'two'])
    expect(warned).toBe(false)
  })

  it('gives its position to the next entry', async () => {
    const { dir, file } = await writtenJournal(['one', 'two', 'three'])
    await truncate(file, (await stat(file)).size - 1)

    const journal = await openJournal({ dir, log: silentLog })
    expect(await appended(journal, 'other')).toBe(3)
    await journal.close()

    expect(await reopened(dir)).toEqual(['one', 'two', 'other'])
  })

  it('may be a segment of which only the name or half of the header was written', async () => {
    const { dir } = await writtenJournal(['one', 'two'])
    for (const half of [Buffer.alloc(0), Buffer.alloc(HEADER_BYTES), Buffer.from('HUYINGJ1 torn')]) {
      await writeFile(segmentPath(dir, 3), half)

      expect(await reopened(dir)).toEqual(['one', 'two'])
    }

    const journal = await openJournal({ dir, log: silentLog })
    expect(await appended(journal, 'three')).toBe(3)
    await journal.close()
    expect(await reopened(dir)).toEqual(['one', 'two', 'three'])
  })

  it('holds no entry that imitates a batch', async () => {
    const source = await writtenJournal(['imitated'])
    const imitation = await readFile(source.file)
    const { dir, starts, file } = await writtenJournal(['one', 'two'])
    const journal = await openJournal({ dir, log: silentLog })
    await appended(journal, Buffer.concat([imitation, imitation]))
    await journal.close()
    await alter(file, starts[1]! + 80, () => 0xff)
    await truncate(file, (await stat(file)).size - 1)

    expect(await reopened(dir)).toEqual(['one', 'two'])
  })
})

describe('damage', () => {
  it('before the end of the last segment is refused, naming file and offset', async () => {
    const { dir, starts, file } = await writtenJournal(['one', 'two', 'three'])
    await alter(file, starts[1]! + 34, (byte) => byte ^ 1)

    await expect(openJournal({ dir, log: silentLog })).rejects.toMatchObject({
      code: 'journal_corrupt',
      details: { file, offset: starts[1] },
    })
  })

  it('to a segment header is refused once it has entries', async () => {
    const { dir, file } = await writtenJournal(['one'])
    await alter(file, 3, (byte) => byte ^ 1)

    await expect(openJournal({ dir, log: silentLog })).rejects.toMatchObject({
      code: 'journal_corrupt',
      details: { file, offset: 0 },
    })
  })

  it('to an earlier segment is refused when it is read, not passed over', async () => {
    const { dir } = await writtenJournal(
      Array.from({ length: 30 }, (_, i) => `entry ${i}`),
      300,
    )
    const [, second, third] = await listSegments(dir)
    const file = segmentPath(dir, second!)
    await truncate(file, (await stat(file)).size - 1)
    const journal = await openJournal({ dir, log: silentLog })

    await expect(journal.read(0, 1000)).rejects.toMatchObject({ code: 'journal_corrupt', details: { file } })
    expect(await journal.read(third! - 1, 1000)).toHaveLength(30 - third! + 1)
    await journal.close()
  })

  it('is what a missing segment is', async () => {
    const { dir } = await writtenJournal(
      Array.from({ length: 30 }, (_, i) => `entry ${i}`),
      300,
    )
    const [, second] = await listSegments(dir)
    await rm(segmentPath(dir, second!))
    const journal = await openJournal({ dir, log: silentLog })

    await expect(journal.read(0, 1000)).rejects.toMatchObject({ code: 'journal_corrupt', details: { seq: second } })
    await journal.close()
  })

  it('is what a segment of another journal is', async () => {
    const mine = await writtenJournal(['one'])
    const other = await writtenJournal(['one'])
    await writeFile(mine.file, await readFile(other.file))

    await expect(openJournal({ dir: mine.dir, log: silentLog })).rejects.toMatchObject({ code: 'journal_corrupt' })
  })
})

describe('the journal file', () => {
  it('is made again from the segments when it is lost', async () => {
    const { dir } = await writtenJournal(['one'])
    const path = join(dir, 'journal.json')
    const before = await readFile(path, 'utf8')
    await rm(path)

    expect(await reopened(dir)).toEqual(['one'])
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it.each(['not json', '{"format":2,"id":"8b0f0a0e-0000-4000-8000-000000000000"}', '{"format":1,"id":"x"}'])(
    'is refused when it is not ours: %s',
    async (text) => {
      const { dir } = await writtenJournal(['one'])
      await writeFile(join(dir, 'journal.json'), text)

      await expect(openJournal({ dir, log: silentLog })).rejects.toMatchObject({ code: 'journal_corrupt' })
    },
  )
})
