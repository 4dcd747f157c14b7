import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assetPath } from '../../core/source-path.ts'
import { runHuying } from './command.ts'
import { makeDataDir, removeDataDir } from './service.ts'

const BOAT = assetPath('tests/fixtures/frames/river-boat.jpg')
const graph = (name: string) => assetPath(`tests/fixtures/models/${name}.onnx`)
const shippedManifest = assetPath('detectors/models/manifest.yaml')

let folder: string
beforeAll(async () => {
  folder = await makeDataDir()
})
afterAll(() => removeDataDir(folder))

const check = (file: string, ...options: string[]) => runHuying(['models', 'check', file, '--image', BOAT, ...options])

async function shipped() {
  const { models } = parse(await readFile(shippedManifest, 'utf8'))
  return models.find((model: { active?: boolean }) => model.active)
}

describe('huying models check', () => {
  it('uses what the manifest says of a file that it knows, and draws what is seen', async () => {
    const { id, file, classes } = await shipped()
    const drawn = join(folder, 'drawn.jpg')

    const { code, stdout, stderr } = await check(assetPath(`detectors/models/${file}`), '--json', '--draw', drawn)

    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ id, isKnown: true, family: 'compact', classes, drawn },
      picture: { widthPx: 640, heightPx: 640 },
      runMs: expect.any(Number),
      pictureMs: expect.any(Number),
    })
    const labels = JSON.parse(stdout).detections.map(({ label }: { label: string }) => label)
    expect(labels).toContain('boat')
    expect((await sharp(drawn).metadata()).format).toBe('jpeg')
  })

  it('finds out about a file that no manifest knows, and says how to use it', async () => {
    const { code, stdout } = await check(graph('yolov8-signed'))

    expect(code).toBe(0)
    const [report, entry] = stdout.split('To use it, add to the models of the manifest:\n')
    expect(report).toContain('model    yolov8-signed, in no manifest')
    expect(report).toContain('family   yolov8')
    expect(report).toContain('input    images float32 [?, 3, ?, ?]')
    expect(report).toContain("classes  2: boat, drifter's net")
    expect(report).toContain('boat 0.90 at 200, 100, 200 × 200 pixels')
    expect(parse(entry!)).toMatchObject([
      { id: 'yolov8-signed', family: 'yolov8', input: { width: 64, height: 64 }, classes: ['boat', "drifter's net"] },
    ])
  })

  it('gives classes that nobody named a number, and takes names, threshold and size from the command line', async () => {
    const unnamed = await check(graph('nanodet-levels'), '--json')
    expect(JSON.parse(unnamed.stdout)).toMatchObject({ family: 'nanodet', classes: ['class 0', 'class 1'] })

    const named = await check(graph('rtdetr-listed'), '--json', '--classes', 'boat, debris', '--threshold', '0.7')
    expect(JSON.parse(named.stdout).detections).toMatchObject([{ label: 'debris', score: 0.8 }])

    const sized = await check(graph('probe-free'), '--json', '--size', '96x64')
    expect(JSON.parse(sized.stdout)).toMatchObject({ family: 'compact', input: { widthPx: 96, heightPx: 64 } })
  })

  it('accepts the entry that it writes', async () => {
    const { stdout } = await check(graph('yolov8-signed'))
    const [entry] = parse(stdout.split('manifest:\n')[1]!)
    await copyFile(graph('yolov8-signed'), join(folder, 'm.onnx'))
    const manifest = join(folder, 'manifest.yaml')
    await writeFile(manifest, JSON.stringify({ models: [{ ...entry, active: true, file: 'm.onnx' }] }))

    const listed = await runHuying(['models', '--json'], { env: { HUYING_MODEL_MANIFEST: manifest } })

    expect(listed.code).toBe(0)
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'yolov8-signed', role: 'active', family: 'yolov8' }])
  })

  it.each([
    [
      'a graph that is no detector',
      graph('grey-input'),
      [],
      1,
      /input images should be float32 \[1, 3, height, width\]/,
    ],
    ['a graph made for something else', graph('yolov8-segment'), [], 1, /was made for the task segment/],
    [
      'another family than told',
      graph('yolov8'),
      ['--family', 'yolox'],
      1,
      /is no yolox: outputs should be \[1, N, 5\+C\]/,
    ],
    ['a file that is none', assetPath('README.md'), [], 1, /onnxruntime cannot open/],
    ['a file that is not there', graph('nowhere'), [], 1, /cannot be read/],
    [
      'a picture that is none',
      graph('yolov8'),
      ['--image', assetPath('README.md')],
      1,
      /cannot be analysed: not_a_jpeg/,
    ],
    ['a family that nobody knows', graph('yolov8'), ['--family', 'ssd'], 2, /Allowed choices are compact, end2end/],
    ['a threshold above 1', graph('yolov8'), ['--threshold', '7'], 2, /expected a number above 0, at most 1/],
  ])('refuses %s', async (_, file, options, code, message) => {
    expect(await check(file, ...options)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) })
  })
})

describe('huying models', () => {
  it('lists the models of the manifest', async () => {
    const { id, file } = await shipped()

    const { code, stdout } = await runHuying(['models'])

    expect(code).toBe(0)
    expect(stdout).toContain(`active  ${id}  ${file}  compact  `)
  })

  it('says what is wrong with a file that is used, and ends with 1', async () => {
    const manifest = join(folder, 'wrong.yaml')
    await writeFile(manifest, JSON.stringify({ models: [{ ...(await shipped()), file: 'gone.onnx' }] }))

    const { code, stdout } = await runHuying(['models'], { env: { HUYING_MODEL_MANIFEST: manifest } })

    expect(code).toBe(1)
    expect(stdout).toMatch(/^active {2}.*the file of model .* cannot be read: .*gone\.onnx/)
  })
})
