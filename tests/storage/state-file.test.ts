import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadStateFile, writeStateFile } from '../../storage/state-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('a state file', () => {
  let path: string
  beforeEach(async () => {
    path = join(await temporaryFolder(), 'rules.state')
  })

  it('loads what was written last, and leaves only two generations', async () => {
    for (let generation = 1; generation <= 5; generation++)
      await writeStateFile(path, { generation, name: '河道', list: [1.5, null, true] })

    expect(await loadStateFile(path)).toEqual({ generation: 5, name: '河道', list: [1.5, null, true] })
    expect((await readdir(join(path, '..'))).sort()).toEqual(['rules.state', 'rules.state.previous'])
  })

  it('loads as null when there is none', async () => {
    expect(await loadStateFile(path)).toBeNull()
  })

  it('falls back to the generation before when it is cut short at any byte', async () => {
    await writeStateFile(path, 'first')
    await writeStateFile(path, 'second')
    const whole = await readFile(path)

    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length))
      expect(await loadStateFile(path)).toBe('first')
    }
  })

  it('never loads altered data', async () => {
    await writeStateFile(path, { seq: 1 })
    await writeStateFile(path, { seq: 2 })
    const whole = await readFile(path)

    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const altered = Buffer.from(whole)
        altered[at]! ^= 1 << bit
        await writeFile(path, altered)

        expect(await loadStateFile(path)).toEqual({ seq: 1 })
      }),
    )
  })

  it('loads as null when both generations are damaged', async () => {
    await writeStateFile(path, 'first')
    await writeStateFile(path, 'second')
    await truncate(path, 10)
    await writeFile(`${path}.previous`, 'anything')

    expect(await loadStateFile(path)).toBeNull()
  })

  it('keeps the whole generation as the one before when the newer one was damaged', async () => {
    await writeStateFile(path, 'first')
    await writeStateFile(path, 'second')
    await truncate(path, 10)

    await writeStateFile(path, 'third')
    await truncate(path, 10)

    expect(await loadStateFile(path)).toBe('first')
  })
})
