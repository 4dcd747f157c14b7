import { describe, expect, it } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { createKeptFiles } from '../../storage/kept-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

const file = (n: number) => Buffer.alloc(1000, n)
const open = (dir: string, maxBytes = 3500) => createKeptFiles(dir, { maxBytes, log: silentLog })
const kept = async (files: ReturnType<typeof open>, names: string[]) =>
  Promise.all(names.map(async (name) => (await files.get(name)) !== null))
const measured = (files: ReturnType<typeof open>) =>
  Object.fromEntries(files.measurements().map(({ name, value }) => [name, value]))

describe('files that are kept for a while', () => {
  it('leave oldest first once there are too many bytes of them, and what is put again counts as new', async () => {
    const files = open(await temporaryFolder())
    const names: string[] = []
    for (const n of [1, 2, 3]) names.push(await files.put(file(n)))
    await files.put(file(1))

    names.push(await files.put(file(4)))
    await files.start()

    expect(await kept(files, names)).toEqual([true, false, true, true])
    expect(measured(files)).toEqual({ huying_waveforms_kept_bytes: 3000, huying_waveforms_removed_total: 1 })
  })

  it('are known after a restart, so that they leave then', async () => {
    const dir = await temporaryFolder()
    const before = open(dir)
    const names = [await before.put(file(1)), await before.put(file(2)), await before.put(file(3))]

    const after = open(dir, 2500)
    await after.start()

    expect((await kept(after, names)).filter(Boolean)).toHaveLength(2)
    expect(measured(after)).toMatchObject({ huying_waveforms_kept_bytes: 2000 })
  })

  it('keeps the newest, however large', async () => {
    const files = open(await temporaryFolder(), 500)

    const name = await files.put(file(1))
    await files.start()

    expect(await kept(files, [name])).toEqual([true])
  })
})
