import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEvidenceFiles } from '../../storage/evidence-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('evidence', () => {
  it('is given back as it was put, from a file named by its SHA-256 in two levels of folders', async () => {
    const dir = join(await temporaryFolder(), 'evidence')
    const evidence = createEvidenceFiles(dir)
    const picture = randomBytes(50_000)

    const sha256 = await evidence.put(picture)

    expect(sha256).toBe(sha256Of(picture))
    expect(await evidence.get(sha256)).toEqual(picture)
    expect(relative(dir, evidence.pathOf(sha256))).toBe(join(sha256.slice(0, 2), sha256.slice(2, 4), sha256))
    expect(await readFile(evidence.pathOf(sha256))).toEqual(picture)
  })

  it('may be put twice, one after the other or at once, and by another process before', async () => {
    const dir = await temporaryFolder()
    const picture = randomBytes(200_000)
    const evidence = createEvidenceFiles(dir)

    const names = await Promise.all(Array.from({ length: 20 }, () => evidence.put(picture)))
    names.push(await evidence.put(picture), await createEvidenceFiles(dir).put(picture))

    expect(new Set(names)).toEqual(new Set([sha256Of(picture)]))
    expect(await evidence.get(sha256Of(picture))).toEqual(picture)
    expect(await readdir(join(dir, 'incoming'))).toEqual([])
  })

  it('takes many pictures at once', async () => {
    const evidence = createEvidenceFiles(await temporaryFolder())
    const pictures = Array.from({ length: 100 }, () => randomBytes(1_000))

    const names = await Promise.all(pictures.map((picture) => evidence.put(picture)))

    expect(await Promise.all(names.map((name) => evidence.get(name)))).toEqual(pictures)
  })

  it('is written again when a file of another length lies in its place', async () => {
    const evidence = createEvidenceFiles(await temporaryFolder())
    const picture = randomBytes(1_000)
    const path = evidence.pathOf(sha256Of(picture))
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, 'short')

    await evidence.put(picture)

    expect(await readFile(path)).toEqual(picture)
  })

  it('that was being written when the process died is swept away', async () => {
    const dir = await temporaryFolder()
    await mkdir(join(dir, 'incoming'))
    await writeFile(join(dir, 'incoming', 'half'), 'half a picture')

    await createEvidenceFiles(dir).put(Buffer.from('next'))

    expect(await readdir(join(dir, 'incoming'))).toEqual([])
  })

  it.each(['', 'x', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, 'a'.repeat(65)])(
    'is not looked for under a name that is no SHA-256: %j',
    async (name) => {
      const evidence = createEvidenceFiles(await temporaryFolder())

      expect(await evidence.get(name)).toBeNull()
      expect(() => evidence.pathOf(name)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    },
  )

  it('that nobody put is null', async () => {
    expect(await createEvidenceFiles(await temporaryFolder()).get('a'.repeat(64))).toBeNull()
  })

  it('on a full disk is refused with journal_full, leaves nothing behind, and is taken when there is room', async ({
    skip,
    onTestFinished,
  }) => {
    const mountPoint = mkdtempSync(join(tmpdir(), 'huying-disk-'))
    onTestFinished(() => rmSync(mountPoint, { recursive: true, force: true }))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mountPoint], { stdio: 'pipe' })
    } catch (err) {
      skip(`no real full disk: mounting a small tmpfs is not permitted here (${String(err).split('\n')[0]})`)
    }
    onTestFinished(() => void execFileSync('umount', ['--lazy', mountPoint]))
    const evidence = createEvidenceFiles(join(mountPoint, 'evidence'))
    await writeFile(join(mountPoint, 'filler'), Buffer.alloc(800_000))
    const picture = randomBytes(400_000)

    await expect(evidence.put(picture)).rejects.toMatchObject({ code: 'journal_full' })
    expect(await readdir(join(mountPoint, 'evidence', 'incoming'))).toEqual([])
    rmSync(join(mountPoint, 'filler'))

    expect(await evidence.get(await evidence.put(picture))).toEqual(picture)
  })
})
