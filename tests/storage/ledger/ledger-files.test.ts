import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '../../../core/merkle/hashes.ts'
import { inclusionPath } from '../../../core/merkle/prove.ts'
import { verifyInclusion } from '../../../core/merkle/verify.ts'
import { makeSignerKey } from '../../../core/notes/note-keys.ts'
import { formatNote, signText } from '../../../core/notes/signed-note.ts'
import { openCheckpointStore, readCheckpoints } from '../../../storage/ledger/checkpoint-store.ts'
import { openHashFiles } from '../../../storage/ledger/hash-files.ts'
import { loadSignerKey } from '../../../storage/ledger/key-file.ts'
import { mth } from '../../core/merkle/naive-tree.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const records = (count: number) => Array.from({ length: count }, (_, i) => Buffer.from(`record ${i}`))

describe('the hash files', () => {
  it('have the tree that RFC 6962 defines, whatever was flushed, closed and opened between', async () => {
    const step = fc.oneof(
      fc.integer({ min: 1, max: 300 }).map((count) => ({ append: count })),
      fc.constantFrom('flush', 'reopen', 'cut'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const dir = await temporaryFolder()
        let files = await openHashFiles(dir)
        let all: Buffer[] = []
        for (const one of steps) {
          if (typeof one === 'object') {
            const more = Array.from({ length: one.append }, (_, i) => Buffer.from(`${all.length + i}`))
            all.push(...more)
            for (const record of more) files.append(leafHash(record))
          } else if (one === 'flush') await files.flush()
          else if (one === 'cut') {
            all = all.slice(0, Math.floor(all.length / 2))
            await files.cut(all.length)
          } else {
            await files.close()
            files = await openHashFiles(dir)
          }
          expect(files.size).toBe(all.length)
          expect(await files.root(all.length)).toEqual(mth(all))
          if (all.length === 0) continue
          const index = Math.floor(all.length / 3)
          const path = await inclusionPath(index, all.length, files.read)
          expect(verifyInclusion(leafHash(all[index]!), { index, size: all.length, path }, mth(all))).toBe(true)
          expect(await files.leaves(index + 1, 1)).toEqual(leafHash(all[index]!))
        }
        await files.close()
      }),
      { numRuns: 30 },
    )
  })

  it('go on from what is whole when a crash wrote one file and not the other', async () => {
    const dir = await temporaryFolder()
    const first = await openHashFiles(dir)
    const all = records(600)
    for (const record of all) first.append(leafHash(record))
    await first.close()
    await truncate(join(dir, 'hashes-8'), 32 + 7)
    const second = await openHashFiles(dir)
    expect(second.size).toBe(511)
    for (const record of all.slice(511)) second.append(leafHash(record))
    expect(await second.root(600)).toEqual(mth(all))
    await second.close()
  })

  it('refuse to read what is not there', async () => {
    const files = await openHashFiles(await temporaryFolder())
    files.append(leafHash('a'))
    await expect(files.leaves(2, 1)).rejects.toThrow(RangeError)
    await expect(files.read(1, 0)).rejects.toThrow(RangeError)
    await files.close()
  })
})

describe('the checkpoint store', () => {
  const key = makeSignerKey('huying/x', 'ed25519')
  const note = (size: number) => {
    const text = `huying/x\n${size}\n${leafHash('').toString('base64')}\n`
    return formatNote(text, [signText(text, key, 0)])
  }
  const line = '— water AAAAAAAA'

  it('keeps checkpoints and later signatures, over a restart and for those who read beside it', async () => {
    const path = join(await temporaryFolder(), 'checkpoints.jsonl')
    const first = await openCheckpointStore(path)
    await first.add(3, note(3))
    await first.add(7, note(7))
    await first.sign(3, line)
    await first.close()
    const second = await openCheckpointStore(path)
    expect(second.sizes).toEqual([3, 7])
    expect(await second.get(3)).toBe(`${note(3)}${line}\n`)
    expect(await second.get(7)).toBe(note(7))
    expect(await second.get(4)).toBeNull()
    expect(await readCheckpoints(path)).toEqual([`${note(3)}${line}\n`, note(7)])
    expect(second.strangeLines).toBe(0)
    await second.close()
  })

  it('cuts a line that was never finished, and goes on', async () => {
    const path = join(await temporaryFolder(), 'checkpoints.jsonl')
    const first = await openCheckpointStore(path)
    await first.add(3, note(3))
    await first.close()
    const { size } = await stat(path)
    await appendFile(path, '{"size":7,"no')
    expect(await readCheckpoints(path)).toEqual([note(3)])
    const second = await openCheckpointStore(path)
    expect([second.sizes, second.strangeLines, (await stat(path)).size]).toEqual([[3], 0, size])
    await second.add(8, note(8))
    expect(await second.get(8)).toBe(note(8))
    await second.close()
  })

  it.each([
    ['rubbish', 'rubbish'],
    ['another object', '{"a":1}'],
    ['a checkpoint that is not larger', JSON.stringify({ size: 3, note: note(3) })],
  ])('counts %s among its lines', async (_, strange) => {
    const path = join(await temporaryFolder(), 'checkpoints.jsonl')
    await writeFile(path, `${JSON.stringify({ size: 3, note: note(3) })}\n${strange}\n`)
    const store = await openCheckpointStore(path)
    expect([store.sizes, store.strangeLines]).toEqual([[3], 1])
    await store.close()
  })
})

it('a key file is made once, for its owner alone, and is one line', async () => {
  const path = join(await temporaryFolder(), 'made/key')
  const made = await loadSignerKey(path, 'huying/x')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).toBe(`${made.privateText}\n`)
  expect((await loadSignerKey(path, 'huying/x')).text).toBe(made.text)
  await writeFile(path, 'rubbish')
  await expect(loadSignerKey(path, 'huying/x')).rejects.toMatchObject({ code: 'config_invalid' })
})
