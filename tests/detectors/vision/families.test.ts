import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { RawDetection } from '../../../detectors/vision/box.ts'
import type { LoadedModel } from '../../../detectors/vision/load-model.ts'
import { openNetwork } from '../../../detectors/vision/network.ts'
import { wholePictureSize } from '../../../detectors/vision/run-sizes.ts'

const FOLDER = new URL('../../fixtures/models/', import.meta.url)
const PIXELS = 64 * 64

/** A manifest's entry for one of the graphs that `tests/fixtures/models/make.py` writes. */
function model(file: string, family: LoadedModel['family'], rest: Partial<LoadedModel> = {}): LoadedModel {
  const classes = rest.classes ?? ['boat', 'debris']
  return {
    id: file,
    active: true,
    file: `${file}.onnx`,
    path: fileURLToPath(new URL(`${file}.onnx`, FOLDER)),
    sha256: '',
    family,
    classes,
    thresholds: Object.fromEntries(classes.map((label) => [label, 0.5])),
    nmsIou: 0.5,
    licence: 'Apache-2.0',
    origin: 'tests',
    ...rest,
  }
}

async function detect(entry: LoadedModel, pixels = new Uint8Array(3 * PIXELS)): Promise<RawDetection[]> {
  const network = await openNetwork(entry)
  const found = await network.detect(pixels)
  await network.close()
  return found.map((d) => {
    const [x1, y1, x2, y2, score] = [d.x1, d.y1, d.x2, d.y2, d.score].map((v) => Math.round(v * 1000) / 1000)
    return { x1, y1, x2, y2, classIndex: d.classIndex, score } as RawDetection
  })
}

const YOLOV8 = [
  { x1: 20, y1: 10, x2: 40, y2: 30, classIndex: 0, score: 0.9 },
  { x1: 2, y1: 40, x2: 12, y2: 60, classIndex: 1, score: 0.7 },
]
const YOLOX = [{ x1: 24, y1: 12, x2: 56, y2: 28, classIndex: 1, score: 0.72 }]
const OPEN_SIZE = { input: { width: 64, height: 64 } }

describe('reads the boxes of', () => {
  test.each([
    ['YOLOv8, channels first', model('yolov8', 'yolov8'), YOLOV8],
    ['YOLOv8, transposed, with an input of open size', model('yolov8-transposed', 'yolov8', OPEN_SIZE), YOLOV8],
    ['YOLOX as exported, on the grid', model('yolox', 'yolox'), YOLOX],
    ['YOLOX decoded inside the graph', model('yolox-decoded', 'yolox', { decoded: true }), YOLOX],
  ])('%s', async (_, entry, expected) => {
    expect(await detect(entry)).toEqual(expected)
  })

  test('a class only above its own threshold', async () => {
    expect(await detect(model('yolov8', 'yolov8', { thresholds: { boat: 0.95, debris: 0.6 } }))).toEqual([YOLOV8[1]])
  })
})

describe('feeds a picture', () => {
  const orange = Uint8Array.from({ length: 3 * PIXELS }, (_, at) => [255, 153, 51][at % 3]!)
  const classes = ['first', 'second', 'third']
  const all = { first: 0.0005, second: 0.0005, third: 0.0005 }
  const probe = (rest: Partial<LoadedModel>, file = 'probe-chw') =>
    model(file, 'compact', { classes, thresholds: all, ...rest })

  /** Mean of each plane as the network saw it, in units of 255; and that boxes are found by shape, not by name. */
  async function planes(entry: LoadedModel): Promise<number[]> {
    const found = await detect(entry, orange)
    for (const box of found) expect(box).toMatchObject({ x1: 16, y1: 8, x2: 48, y2: 24 })
    return [0, 1, 2].map((classIndex) => found.find((box) => box.classIndex === classIndex)!.score)
  }

  test('plane by plane, red first, 0…255', async () => {
    expect(await planes(probe({}))).toEqual([1, 0.6, 0.2])
  })

  test('blue first when the manifest says so', async () => {
    expect(await planes(probe({ input: { colour: 'bgr' } }))).toEqual([0.2, 0.6, 1])
  })

  test('divided by 255 when the manifest says so', async () => {
    expect(await planes(probe({ input: { range: '0..1' } }))).toEqual([0.004, 0.002, 0.001])
  })

  test('pixel by pixel when the graph takes it so', async () => {
    expect(await planes(probe({}, 'probe-hwc'))).toEqual([1, 0.6, 0.2])
  })
})

describe('a graph that leaves its size open', () => {
  const classes = ['first', 'second', 'third']
  const entry = model('probe-free', 'compact', {
    classes,
    thresholds: { first: 0.1, second: 0.1, third: 0.1 },
    input: { width: 96, height: 64 },
  })

  test.each([
    [undefined, 96, 64],
    [{ width: 32, height: 32 }, 32, 32],
    [{ width: 128, height: 96 }, 128, 96],
  ])('is run at %o', async (size, width, height) => {
    const network = await openNetwork(entry)

    const found = await network.detect(new Uint8Array(3 * width * height).fill(255), size)
    await network.close()

    expect(found).toHaveLength(3)
    expect(found[0]).toEqual({ x1: 0, y1: 0, x2: width, y2: height, classIndex: 0, score: expect.closeTo(1, 4) })
  })

  test('comes back to a size that it was run at before', async () => {
    const network = await openNetwork(entry)
    const sides = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 32, 64]

    const widths: number[] = []
    for (const width of sides) {
      const [box] = await network.detect(new Uint8Array(3 * width * 32).fill(255), { width, height: 32 })
      widths.push(box!.x2)
    }
    await network.close()

    expect(widths).toEqual(sides)
  })

  test.each([
    ['with its manifest, sides that are no multiple of 32', { width: 96, height: 48 }, entry],
    ['or that is too long', { width: 8192, height: 32 }, entry],
    ['and without open size, any other', { width: 32, height: 32 }, model('yolov8', 'yolov8')],
  ])('refuses %s', async (_, size, given) => {
    const network = await openNetwork(given)

    await expect(network.detect(new Uint8Array(3 * size.width * size.height), size)).rejects.toThrow(/cannot be run on/)
    await network.close()
  })

  test.each([
    [
      { width: 4000, height: 3000 },
      { width: 640, height: 480 },
    ],
    [
      { width: 1920, height: 1080 },
      { width: 640, height: 384 },
    ],
    [
      { width: 10_000, height: 10 },
      { width: 640, height: 32 },
    ],
    [
      { width: 320, height: 640 },
      { width: 320, height: 640 },
    ],
  ])('sees the whole of a picture of %o at %o', (picture, expected) => {
    const size = { width: 640, height: 640 }

    expect(wholePictureSize({ size, free: true }, picture)).toEqual(expected)
    expect(wholePictureSize({ size, free: false }, picture)).toEqual(size)
  })
})

describe('says which tensor is wrong', () => {
  test.each([
    [
      model('yolov8', 'yolox'),
      /^model yolov8 is no yolox: output should be \[1, 84, 7\], found output0 float32 \[1, 6, 84\]$/,
    ],
    [
      model('yolox', 'yolov8'),
      /^model yolox is no yolov8: output should be \[1, 6, N\] or \[1, N, 6\], found 1234 float32 \[1, 84, 7\]$/,
    ],
    [
      model('yolov8', 'compact'),
      /^model yolov8 is no compact: boxes should be \[1, N, 4\], found output0 float32 \[1, 6, 84\]$/,
    ],
    [
      model('probe-chw', 'compact'),
      /: scores should be \[1, N, 2\], found boxes float32 \[1, 1, 3\]; scores float32 \[1, 1, 4\]$/,
    ],
    [
      model('yolov8', 'yolov8', { classes: ['a'], thresholds: { a: 0.5 } }),
      /: output should be \[1, 5, N\] or \[1, N, 5\]/,
    ],
    [
      model('two-inputs', 'yolov8'),
      /: input should be one tensor, found images float32 \[1, 3, 64, 64\]; config float32 \[3\]$/,
    ],
    [
      model('grey-input', 'yolov8'),
      /: input images should be float32 \[1, 3, height, width\] or .* found images float32 \[1, 1, 64, 64\]$/,
    ],
    [model('yolov8-transposed', 'yolov8'), /: input should be of a known width: the manifest must tell input.width/],
    [
      model('yolov8', 'yolov8', { input: { width: 320 } }),
      /: input should be of width 320, as the manifest says, found images/,
    ],
  ])('%#: %s', async (entry, message) => {
    await expect(openNetwork(entry)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(message),
    })
  })

  test('and that a file is no graph at all', async () => {
    const entry = { ...model('yolov8', 'yolov8'), path: fileURLToPath(new URL('make.py', FOLDER)) }

    await expect(openNetwork(entry)).rejects.toMatchObject({ code: 'model_invalid' })
  })
})
