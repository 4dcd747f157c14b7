import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { assetPath } from '../../../core/source-path.ts'
import { loadModel } from '../../../detectors/vision/load-model.ts'
import { createVision, type Vision, type VisionOptions } from '../../../detectors/vision/vision.ts'

const FRAMES = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const { id: SHIPPED } = await loadModel(assetPath('detectors/models/manifest.yaml'))
const BOAT = path.join(FRAMES, 'river-boat.jpg')
const QUIET = path.join(FRAMES, 'river-quiet.jpg')

let folder: string
const started: Vision[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'huying-vision-'))
})
afterEach(async () => {
  for (const vision of started.splice(0)) await vision.stop()
  await rm(folder, { recursive: true })
})

function given(options: Partial<VisionOptions> = {}): Vision {
  const manifestPath = assetPath('detectors/models/manifest.yaml')
  const vision = createVision({ manifestPath, log: silentLog, workers: 1, ...options })
  started.push(vision)
  return vision
}

test('frames go through real threads and come back with boxes and evidence', async () => {
  const vision = given({ workers: 2 })
  await vision.start()

  const results = await Promise.all([BOAT, QUIET, BOAT, QUIET].map((file) => vision.analyse(file)))

  expect(results).toMatchObject([
    { state: 'analysed', detections: [{ label: 'boat' }, { label: 'person' }] },
    { state: 'analysed', detections: [], annotated: null },
    { state: 'analysed', detections: [{ label: 'boat' }, { label: 'person' }] },
    { state: 'analysed', detections: [], annotated: null },
  ])
  const [first] = results
  expect(first?.state === 'analysed' && first.annotated?.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
  expect(vision.status()).toEqual({
    workers: 2,
    busy: 0,
    queued: 0,
    analysed: 4,
    refused: 0,
    model: SHIPPED,
    fault: null,
  })
})

test('a poisoned frame is refused with its reason, and the queue goes on', async () => {
  const jpeg = await readFile(BOAT)
  const truncated = path.join(folder, 'truncated.jpg')
  await writeFile(truncated, jpeg.subarray(0, jpeg.length / 2))
  const vision = given()
  await vision.start()

  const results = await Promise.all(
    [truncated, BOAT, path.join(folder, 'none.jpg'), QUIET].map((f) => vision.analyse(f)),
  )

  expect(results).toMatchObject([
    { state: 'refused', reason: 'undecodable' },
    { state: 'analysed' },
    { state: 'refused', reason: 'missing' },
    { state: 'analysed' },
  ])
  expect(vision.status()).toMatchObject({ workers: 1, analysed: 2, refused: 2 })
})

test('a frame of more pixels than allowed is refused', async () => {
  const vision = given({ maxPixels: 640 * 640 - 1 })
  await vision.start()

  expect(await vision.analyse(BOAT)).toEqual({ state: 'refused', reason: 'too_large', model: SHIPPED })
})

test('a frame that takes too long is refused', async () => {
  // No picture is decoded and looked at within a millisecond, so the first try is given up.
  const hasty = given({ frameTimeoutMs: 0 })
  await hasty.start()

  expect(await hasty.analyse(BOAT)).toEqual({ state: 'refused', reason: 'too_slow', model: SHIPPED })
  expect(hasty.status()).toMatchObject({ refused: 1, busy: 0, queued: 0 })
})

test('frames under way at the stop are neither analysed nor refused', async () => {
  const vision = given()
  await vision.start()

  const pending = Array.from({ length: 20 }, () => vision.analyse(BOAT).catch((error) => error.code as string))
  await vision.stop()

  expect(await Promise.all(pending)).toEqual(Array(20).fill('stopped'))
  expect(vision.status()).toMatchObject({ workers: 0, analysed: 0, refused: 0 })
})

test('more frames than may wait are turned away', async () => {
  const vision = given({ queueLimit: 3 })
  await vision.start()

  const codes = await Promise.all(
    Array.from({ length: 10 }, () =>
      vision.analyse(QUIET).then(
        (result) => result.state,
        (error) => error.code as string,
      ),
    ),
  )

  expect(codes.filter((code) => code === 'analysed')).toHaveLength(4)
  expect(codes.filter((code) => code === 'overloaded')).toHaveLength(6)
})

test('nothing is analysed before the start', async () => {
  await expect(given().analyse(BOAT)).rejects.toMatchObject({ code: 'stopped' })
})

test('a graph that does not fit its manifest stops the start, naming tensor and shapes', async () => {
  const shipped = await readFile(assetPath('detectors/models/manifest.yaml'), 'utf8')
  const manifestPath = path.join(folder, 'manifest.yaml')
  const graph = assetPath('detectors/models/river-patrol.onnx')
  await writeFile(manifestPath, shipped.replace('family: compact', 'family: yolox').replace('river-patrol.onnx', graph))

  await expect(given({ manifestPath, workers: 3 }).start()).rejects.toMatchObject({
    code: 'model_invalid',
    message:
      'model river-patrol-1 is no yolox: output should be [1, 8400, 11], ' +
      'found boxes float32 [1, 8400, 4]; scores float32 [1, 8400, 6]',
  })
})
