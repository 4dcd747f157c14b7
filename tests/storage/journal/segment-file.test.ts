import { constants } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSegmentFile } from '../../../storage/journal/segment-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const MIB = 1024 * 1024

/** Flags of the handles that this process has on a file. */
async function flagsOf(path: string): Promise<number[]> {
  const fds = await readdir('/proc/self/fd')
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  const infos = fds.filter((_, i) => targets[i] === path).map((fd) => readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))
  return (await Promise.all(infos)).map((info) => Number.parseInt(/flags:\s*(\d+)/.exec(info)?.[1] ?? '', 8))
}

describe('a segment file', () => {
  it('holds what was written durably, within the room made ahead and beyond it', async () => {
    const path = join(await temporaryFolder(), 'segment')
    const file = await openSegmentFile(path, 'w+', 8 * MIB)
    const pieces = [100, 2 * MIB, 7, MIB + 3, 50].map((byteLength, i) => Buffer.alloc(byteLength, i + 1))
    let at = 0
    for (const piece of pieces) {
      await file.writeDurably(piece, at)
      at += piece.length
    }
    await file.close()

    const expected = Buffer.concat(pieces)
    expect((await readFile(path)).subarray(0, at).equals(expected)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('has a handle whose writes return when they are synced', async () => {
    const path = join(await temporaryFolder(), 'segment')
    const file = await openSegmentFile(path, 'w+', MIB)
    const flags = await flagsOf(path)
    await file.close()

    expect(flags.filter((each) => (each & constants.O_DSYNC) !== 0)).toHaveLength(1)
    expect(await flagsOf(path)).toEqual([])
  })
})
