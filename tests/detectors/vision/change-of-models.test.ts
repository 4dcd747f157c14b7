import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { assetPath } from '../../../core/source-path.ts'
import { loadModel } from '../../../detectors/vision/load-model.ts'
import { createVision, type FrameSight, type Vision, type VisionOptions } from '../../../detectors/vision/vision.ts'

const BOAT = fileURLToPath(new URL('../../fixtures/frames/river-boat.jpg', import.meta.url))
const {
  path: _path,
  bytes: _bytes,
  metadata: _metadata,
  ...SHIPPED
} = await loadModel(assetPath('detectors/models/manifest.yaml'))

type Entry = Partial<typeof SHIPPED>

let folder: string
let vision: Vision | undefined
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'huying-models-'))
  await copyFile(assetPath(`detectors/models/${SHIPPED.file}`), path.join(folder, 'm.onnx'))
})
afterEach(async () => {
  await vision?.stop()
  await rm(folder, { recursive: true })
})

const manifestPath = () => path.join(folder, 'manifest.yaml')

/** Models that are the shipped one under other names and with other settings. */
function write(...models: Entry[]): Promise<void> {
  const entries = models.map((model) => ({ ...SHIPPED, active: false, file: 'm.onnx', ...model }))
  return writeFile(manifestPath(), JSON.stringify({ models: entries }))
}

async function start(options: Partial<VisionOptions> = {}): Promise<Vision> {
  vision = createVision({ manifestPath: manifestPath(), log: silentLog, workers: 2, shadowGraceMs: 60_000, ...options })
  await vision.start()
  return vision
}

const OLD: Entry = { id: 'old', active: true }
const NEW: Entry = { id: 'new', active: true }
/** Blind to everything: no score is above 1. */
const blind = Object.fromEntries(SHIPPED.classes.map((label) => [label, 1]))

test('frames go on while models change: each is answered once, by one model, and none is lost', async () => {
  await write(OLD)
  const seeing = await start()
  const answers: Promise<FrameSight>[] = []
  const submitting = setInterval(() => answers.push(seeing.analyse(BOAT)), 20)

  await vi.waitUntil(() => answers.length >= 5, { timeout: 50_000 })
  const before = answers.length
  await write(NEW)
  expect(await seeing.reload()).toEqual({ changed: true })
  const after = answers.length
  await vi.waitUntil(() => answers.length >= after + 5, { timeout: 50_000 })
  clearInterval(submitting)

  const models = (await Promise.all(answers)).map((sight) => sight.state === 'analysed' && sight.model)
  const firstNew = models.indexOf('new')
  expect(models.slice(0, before)).toEqual(Array(before).fill('old'))
  expect(models.slice(after)).toEqual(Array(models.length - after).fill('new'))
  expect(models.slice(firstNew)).not.toContain('old')
  expect(seeing.status()).toMatchObject({ analysed: models.length, refused: 0, model: 'new' })
}, 120_000)

test('frames that wait when the model changes are finished by the old one', async () => {
  await write(OLD)
  const seeing = await start({ workers: 1 })
  const waiting = Array.from({ length: 8 }, () => seeing.analyse(BOAT))

  await write(NEW)
  await seeing.reload()
  const next = seeing.analyse(BOAT)

  expect((await Promise.all(waiting)).map(({ model }) => model)).toEqual(Array(8).fill('old'))
  expect(await next).toMatchObject({ state: 'analysed', model: 'new' })
}, 120_000)

test.each([
  ['a manifest that is none', () => writeFile(manifestPath(), '{ models: ['), /is not YAML/],
  [
    'a model whose graph does not fit',
    () => write({ ...NEW, family: 'yolox' }),
    /model new is no yolox: output should/,
  ],
  ['another file', () => write({ ...NEW, sha256: '0'.repeat(64) }), /its SHA-256 differs/],
  [
    'a good model with a shadow that does not fit',
    () => write(NEW, { id: 'dark', shadow: true, family: 'yolox' }),
    /model dark is no yolox/,
  ],
])(
  '%s leaves the old model in force, and that is told until it is put right',
  async (_, change, message) => {
    await write(OLD)
    const seeing = await start({ workers: 1 })

    await change()
    await expect(seeing.reload()).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(message) })

    expect(seeing.report()).toMatchObject({
      active: { id: 'old' },
      shadow: null,
      fault: expect.stringMatching(message),
    })
    expect(await seeing.analyse(BOAT)).toMatchObject({ state: 'analysed', model: 'old' })
    await write(NEW)
    await seeing.reload()
    expect(seeing.report()).toMatchObject({ active: { id: 'new' }, fault: null })
  },
  60_000,
)

test('an unchanged manifest changes nothing', async () => {
  await write(OLD, { id: 'dark', shadow: true })
  const seeing = await start({ workers: 1 })
  await seeing.analyse(BOAT)

  expect(await seeing.reload()).toEqual({ changed: false })

  expect(seeing.report().comparison).toMatchObject({ frames: 1 })
}, 120_000)

test('a changed manifest is followed by itself', async () => {
  await write(OLD)
  const seeing = await start({ workers: 1, follows: true })

  await write(NEW)

  await vi.waitUntil(() => seeing.status().model === 'new', { timeout: 50_000 })
}, 120_000)

test('a shadow looks at the same frames; what it sees stays apart and is compared', async () => {
  await write(OLD, { id: 'dark', shadow: true, thresholds: { ...SHIPPED.thresholds, person: 1 } })
  const seeing = await start({ workers: 1 })

  const sight = await seeing.analyse(BOAT)

  expect(sight).toMatchObject({
    state: 'analysed',
    model: 'old',
    detections: [{ label: 'boat' }, { label: 'person' }],
    shadow: { model: 'dark', detections: [{ label: 'boat' }] },
  })
  expect(seeing.report()).toMatchObject({
    active: { id: 'old', family: 'compact', classes: SHIPPED.classes, workers: 1 },
    shadow: { id: 'dark' },
    comparison: {
      frames: 1,
      failed: 0,
      late: 0,
      skipped: 0,
      byClass: {
        boat: { both: 1, onlyActive: 0, onlyShadow: 0 },
        person: { both: 0, onlyActive: 1, onlyShadow: 0 },
      },
    },
  })
  expect(seeing.status()).toMatchObject({ analysed: 1, refused: 0 })
}, 120_000)

test('a shadow that is too slow, or does not open, costs no frame', async () => {
  await write(OLD, { id: 'dark', shadow: true })
  const seeing = await start({ workers: 1, shadowGraceMs: 0 })

  const sights = await Promise.all(Array.from({ length: 12 }, () => seeing.analyse(BOAT)))

  expect(sights.map(({ state }) => state)).toEqual(Array(12).fill('analysed'))
  const { frames, failed, skipped } = seeing.report().comparison!
  expect(frames + failed).toBeLessThanOrEqual(12 - skipped)
  expect(skipped).toBeGreaterThan(0)
  await seeing.stop()

  await write(OLD, { id: 'dark', shadow: true, file: 'missing.onnx' })
  const alone = await start({ workers: 1 })
  expect(alone.report()).toMatchObject({ active: { id: 'old' }, shadow: null, fault: expect.stringMatching(/missing/) })
  expect(await alone.analyse(BOAT)).not.toHaveProperty('shadow')
}, 120_000)

test('a shadow begins and ends without touching the model that judges', async () => {
  await write(OLD)
  const seeing = await start({ workers: 1 })
  const { sinceMs } = seeing.report().active

  await write(OLD, { id: 'dark', shadow: true, thresholds: blind })
  await seeing.reload()
  expect(await seeing.analyse(BOAT)).toMatchObject({ shadow: { model: 'dark', detections: [] } })
  await write(OLD)
  await seeing.reload()

  expect(seeing.report()).toMatchObject({ active: { id: 'old', sinceMs }, shadow: null, comparison: null })
  expect(await seeing.analyse(BOAT)).not.toHaveProperty('shadow')
}, 120_000)

test('a thread opened later sees the file that was checked, whatever lies there now', async () => {
  await write(OLD)
  const seeing = await start({ workers: 1, frameTimeoutMs: 60_000 })
  await writeFile(path.join(folder, 'm.onnx'), 'something else')

  expect(await seeing.analyse(BOAT)).toMatchObject({ state: 'analysed' })
  await expect(seeing.reload()).rejects.toThrow(/its SHA-256 differs/)
  expect(await seeing.analyse(BOAT)).toMatchObject({ state: 'analysed', model: 'old' })
}, 120_000)
