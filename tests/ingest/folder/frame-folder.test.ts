import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { silentLog } from '../../../core/log.ts'
import type { Frame } from '../../../core/observation.ts'
import { createFrameFolder, type FrameFolderOptions } from '../../../ingest/folder/frame-folder.ts'
import { settled } from '../../../ingest/folder/settled.ts'
import { createRig, JPEG } from '../rig.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huying-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function open(options: Partial<FrameFolderOptions> = {}) {
  const rig = createRig()
  await rig.registry.register({ id: 'drone-1', type: 'drone' }, 'test')
  const source = createFrameFolder({
    ...{ folder, done: 'move', frontDoor: rig.frontDoor, clock: rig.clock, log: silentLog, maxBytes: 10_000 },
    ...options,
  })
  const frames = () => rig.arrived.filter((one): one is Frame => one.kind === 'frame')
  /** A file counts once it looks the same twice. */
  const lookTwice = async () => {
    await source.look()
    await source.look()
  }
  return { ...rig, source, frames, lookTwice }
}

async function put(path: string, bytes: Buffer | string = JPEG): Promise<void> {
  const full = join(folder, path)
  await mkdir(join(full, '..'), { recursive: true })
  await writeFile(full, bytes)
}

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

describe('a picture put into the folder', () => {
  it('is taken in once it no longer grows, and moved to done', async () => {
    const { source, frames } = await open()
    await put('drone-1/f-1/a.jpg', JPEG.subarray(0, 500))
    await source.look()
    await appendFile(join(folder, 'drone-1/f-1/a.jpg'), JPEG.subarray(500))
    await source.look()
    const whileItGrew = frames().length
    await source.look()

    expect(whileItGrew).toBe(0)
    expect(frames()).toMatchObject([{ deviceId: 'drone-1', flightId: 'f-1' }])
    expect(await files()).toEqual(['done/drone-1/f-1/a.jpg'])
    expect(await readFile(join(folder, 'done/drone-1/f-1/a.jpg'))).toEqual(JPEG)
  })

  it('without a flight is one of no flight, and can be deleted instead', async () => {
    const { lookTwice, frames } = await open({ done: 'delete' })
    await put('drone-1/a.JPEG')
    await lookTwice()

    expect(frames()).toHaveLength(1)
    expect(frames()[0]?.flightId).toBeUndefined()
    expect(await files()).toEqual([])
  })

  it.each([
    ['of a drone that nobody registered', 'stranger/a.jpg', JPEG, /^unknown_device: /],
    ['that is no JPEG', 'drone-1/a.jpg', 'hello', /^not_a_jpeg: /],
    ['that is too large', 'drone-1/a.jpg', Buffer.concat([JPEG, Buffer.alloc(20_000)]), /^too_large: /],
  ])('%s goes to refused, with the reason beside it', async (_what, path, bytes, reason) => {
    const { lookTwice, frames } = await open()
    await put(path, bytes)
    await lookTwice()

    expect(frames()).toEqual([])
    expect(await files()).toEqual([`refused/${path}`, `refused/${path}.reason.txt`])
    expect(await readFile(join(folder, `refused/${path}.reason.txt`), 'utf8')).toMatch(reason)
  })

  it('stays where it is while it cannot be stored, and is taken in later', async () => {
    const rig = await open()
    let isFull = true
    const frontDoor: FrameFolderOptions['frontDoor'] = {
      frame: (...args) =>
        isFull ? Promise.reject(new AppError('journal_full', 'no room')) : rig.frontDoor.frame(...args),
    }
    const { source, lookTwice } = await open({ frontDoor })
    await put('drone-1/a.jpg')
    await lookTwice()
    const before = { fault: source.fault, files: await files() }
    isFull = false
    await source.look()

    expect(before).toEqual({ fault: 'no room', files: ['drone-1/a.jpg'] })
    expect(source.fault).toBeNull()
    expect(await files()).toEqual(['done/drone-1/a.jpg'])
  })

  it('is the same frame when a crash came before it was moved', async () => {
    const first = await open()
    await put('drone-1/a.jpg')
    await first.lookTwice()
    await put('drone-1/a.jpg')
    const second = await open()
    await second.lookTwice()

    expect(second.frames()[0]?.frameId).toBe(first.frames()[0]?.frameId)
    // The name was taken: nothing is overwritten.
    expect((await files()).length).toBe(2)
  })
})

describe('the folder', () => {
  it('leaves alone what is no picture of a drone: links, other files, hidden ones, its own folders', async () => {
    const { lookTwice, frames } = await open()
    const others = ['drone-1/notes.txt', 'drone-1/.a.jpg', 'top.jpg', 'drone-1/f/deeper/a.jpg', 'done/drone-1/old.jpg']
    for (const path of others) await put(path)
    await symlink('/etc/hostname', join(folder, 'drone-1/link.jpg'))
    await lookTwice()

    expect(frames()).toEqual([])
    expect(await files()).toEqual([...others].sort())
  })

  it('that cannot be made is an error of the configuration', async () => {
    await writeFile(join(folder, 'file'), '')
    const { source } = await open({ folder: join(folder, 'file', 'sub') })
    await expect(source.start()).rejects.toMatchObject({ code: 'config_invalid' })
  })

  it('begins and ends on its own', async () => {
    const { source, frames } = await open({ everyMs: 5 })
    await put('drone-1/a.jpg')
    await source.start()
    while (frames().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await source.stop()

    expect(await files()).toEqual(['done/drone-1/a.jpg'])
  })

  it('waits a minute for an empty file to be filled', () => {
    const file = { path: 'a.jpg', bytes: 0, modifiedMs: 0 }
    const { now } = settled([file], new Map(), 0)
    expect(settled([file], now, 30_000).ready).toEqual([])
    expect(settled([file], now, 61_000).ready).toEqual([file])
  })
})
