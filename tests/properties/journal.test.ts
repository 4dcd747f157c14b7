import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppError } from '../../core/errors.ts'
import type { Journal } from '../../core/journal.ts'
import { silentLog } from '../../core/log.ts'
import { openJournal } from '../../storage/journal/open-journal.ts'
import { listSegments, segmentPath } from '../../storage/journal/segment-names.ts'

/** Small segments, so that few entries fill several. */
const SEGMENT_BYTES = 600
const HEADER_BYTES = 44

const open = (dir: string) => openJournal({ dir, segmentBytes: SEGMENT_BYTES, log: silentLog })
const entry = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const batch = fc.array(entry, { minLength: 1, maxLength: 5 })

async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'huying-'))
  try {
    await test(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Entries appended in one turn are one batch. */
async function commit(journal: Journal, entries: string[]): Promise<void> {
  const fates = entries.map(
    (text) =>
      new Promise<AppError | null>((resolve) => {
        journal.append(Buffer.from(text), resolve)
      }),
  )
  expect(await Promise.all(fates)).toEqual(entries.map(() => null))
}

async function contents(journal: Journal): Promise<string[]> {
  const entries = await journal.read(0, Number.MAX_SAFE_INTEGER)
  const firstSeq = entries[0]?.seq ?? 1
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => firstSeq + i))
  return entries.map(({ bytes }) => bytes.toString())
}

/** What a kill or a power cut may do to the batch in flight. */
const tear = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('zero' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('garbage' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
)
type Tear = typeof tear extends fc.Arbitrary<infer T> ? T : never

function torn(file: Buffer, keptBytes: number, how: Tear): Buffer {
  if (how.kind === 'garbage') return Buffer.concat([file.subarray(0, keptBytes), how.bytes])
  const at = keptBytes + Math.floor(how.at * (file.length - keptBytes))
  if (how.kind === 'cut') return file.subarray(0, at)
  return Buffer.concat([file.subarray(0, keptBytes), Buffer.alloc(at - keptBytes), file.subarray(at)])
}

describe('a journal', () => {
  it('holds exactly what was committed, whatever happens to the batch in flight, life after life', async () => {
    const life = fc.record({ batches: fc.array(batch, { maxLength: 6 }), inFlight: batch, how: tear })

    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), (lives) =>
        withFolder(async (dir) => {
          const committed: string[] = []
          for (const { batches, inFlight, how } of lives) {
            const journal = await open(dir)
            for (const entries of batches) await commit(journal, entries)
            committed.push(...batches.flat())
            const before = journal.status().bytesOnDisk
            await commit(journal, inFlight)
            const after = journal.status().bytesOnDisk
            await journal.close()
            const path = segmentPath(dir, (await listSegments(dir)).at(-1)!)
            const file = await readFile(path)
            const keptBytes = Math.max(HEADER_BYTES, file.length - (after - before))
            const damaged = torn(file, keptBytes, how)
            await writeFile(path, damaged)
            if (damaged.equals(file)) committed.push(...inFlight)

            const again = await open(dir)
            expect(await contents(again)).toEqual(committed)
            await again.close()
          }
        }),
      ),
      { numRuns: 60 },
    )
  })

  it('cut at any byte holds a prefix made of whole batches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), fc.nat(), (batches, anywhere) =>
        withFolder(async (dir) => {
          const journal = await open(dir)
          for (const entries of batches) await commit(journal, entries)
          await journal.close()
          const path = segmentPath(dir, (await listSegments(dir)).at(-1)!)
          const file = await readFile(path)
          await writeFile(path, file.subarray(0, anywhere % (file.length + 1)))

          const again = await open(dir)
          const found = await contents(again)
          await again.close()

          const prefixes = batches.map((_, i) => batches.slice(0, i + 1).flat())
          expect([[], ...prefixes]).toContainEqual(found)
        }),
      ),
      { numRuns: 60 },
    )
  })

  it('never gives a wrong entry after bits have flipped: it refuses, or lacks what was damaged at its end', async () => {
    const flips = fc.array(fc.record({ file: fc.nat(), at: fc.nat(), bit: fc.nat(7) }), { minLength: 1, maxLength: 3 })

    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 10 }), flips, (batches, flipped) =>
        withFolder(async (dir) => {
          const journal = await open(dir)
          for (const entries of batches) await commit(journal, entries)
          await journal.close()
          const segments = await listSegments(dir)
          for (const { file, at, bit } of flipped) {
            const path = segmentPath(dir, segments[file % segments.length]!)
            const bytes = await readFile(path)
            bytes[at % bytes.length]! ^= 1 << bit
            await writeFile(path, bytes)
          }

          const found = await readOrRefuse(dir)

          const lacking = (count: number) => batches.slice(0, Math.max(0, batches.length - count)).flat()
          const allowed = Array.from({ length: flipped.length + 1 }, (_, count) => lacking(count))
          expect([...allowed, 'journal_corrupt']).toContainEqual(found)
        }),
      ),
      { numRuns: 150 },
    )
  })

  it('drops only whole segments that were released, and never a position', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(batch, fc.nat(20)), { minLength: 1, maxLength: 10 }), (steps) =>
        withFolder(async (dir) => {
          let journal = await open(dir)
          const all: string[] = []
          let released = 1
          for (const [entries, back] of steps) {
            await commit(journal, entries)
            all.push(...entries)
            released = Math.max(released, all.length + 1 - back)
            await journal.release(released)
            if (back % 3 === 0) {
              await journal.close()
              journal = await open(dir)
            }
            const { firstSeq, committedSeq } = journal.status()

            expect(firstSeq).toBeLessThanOrEqual(Math.max(released, 1))
            expect(committedSeq).toBe(all.length)
            expect(await contents(journal)).toEqual(all.slice(firstSeq - 1))
          }
          await journal.close()
        }),
      ),
      { numRuns: 40 },
    )
  })
})

async function readOrRefuse(dir: string): Promise<string[] | string> {
  try {
    const journal = await open(dir)
    try {
      return await contents(journal)
    } finally {
      await journal.close()
    }
  } catch (err) {
    return (err as AppError).code
  }
}
