import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RawDetection } from '../../../detectors/vision/box.ts'
import { labelsOf, readMetadata } from '../../../detectors/vision/graph-metadata.ts'
import { type LoadedModel, loadEntry } from '../../../detectors/vision/load-model.ts'
import type { ModelEntry } from '../../../detectors/vision/manifest.ts'
import { openNetwork } from '../../../detectors/vision/network.ts'
import { wholePictureSize } from '../../../detectors/vision/run-sizes.ts'

const FOLDER = new URL('../../fixtures/models/', import.meta.url)
const PIXELS = 64 * 64

/** A manifest's entry for one of the graphs that `tests/fixtures/models/make.py` writes. */
function model(file: string, family?: LoadedModel['family'], rest: Partial<LoadedModel> = {}): LoadedModel {
  const classes = rest.classes ?? ['boat', 'debris']
  return {
    metadata: {},
    id: file,
    active: true,
    file: `${file}.onnx`,
    path: fileURLToPath(new URL(`${file}.onnx`, FOLDER)),
    sha256: '',
    ...(family && { family }),
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

const YOLOV5 = [{ x1: 20, y1: 10, x2: 40, y2: 30, classIndex: 0, score: 0.72 }]
const RTDETR = [{ x1: 16, y1: 16, x2: 48, y2: 32, classIndex: 1, score: 0.8 }]

describe('recognises by its outputs', () => {
  test.each([
    ['YOLOv8', 'yolov8', 'yolov8', YOLOV8],
    ['YOLOX on the grid', 'yolox', 'yolox', YOLOX],
    ['YOLOX on the grid, before sigmoid', 'yolox-logits', 'yolox', YOLOX],
    ['YOLOv5: three boxes per cell', 'yolov5', 'yolov5', YOLOV5],
    ['YOLOv6: an objectness of 1', 'yolov6', 'yolov5', YOLOV5],
    [
      'NanoDet: six outputs in any order, rank and name, before sigmoid',
      'nanodet-levels',
      'nanodet',
      [
        { x1: 20, y1: 12, x2: 44, y2: 28, classIndex: 0, score: 0.9 },
        { x1: 16, y1: 16, x2: 48, y2: 48, classIndex: 1, score: 0.7 },
      ],
    ],
    [
      'NanoDet-Plus: one output, after sigmoid',
      'nanodet-plus',
      'nanodet',
      [{ x1: 16, y1: 8, x2: 40, y2: 24, classIndex: 0, score: 0.9 }],
    ],
    ['YOLOv10, overlaps suppressed inside', 'end2end', 'end2end', YOLOV5],
    ['RT-DETR of Ultralytics', 'rtdetr-joined', 'rtdetr', RTDETR],
    ['RT-DETR of Ultralytics, the best class of each box', 'rtdetr-best', 'rtdetr', RTDETR],
    ['RT-DETR of lyuwenyu, with a second input', 'rtdetr-listed', 'rtdetr', RTDETR],
    ['RT-DETR of Paddle, with three inputs', 'rtdetr-paddle', 'rtdetr', RTDETR],
    ['RT-DETR of transformers', 'rtdetr-logits', 'rtdetr', RTDETR],
  ] as const)('%s', async (_, file, family, expected) => {
    const network = await openNetwork(model(file))
    await network.close()

    expect(network.family).toBe(family)
    expect(await detect(model(file))).toEqual(expected)
  })

  test('nothing else than the classes fit', async () => {
    const three = { classes: ['a', 'b', 'c'], thresholds: { a: 0.5, b: 0.5, c: 0.5 } }

    await expect(openNetwork(model('yolov8', undefined, three))).rejects.toThrow(
      /^model yolov8 is no detector that is known: outputs should be one of these with 3 classes \(compact: .*, found output0 float32 \[1, 6, 84\]$/,
    )
  })
})

describe("a file's own metadata", () => {
  const entry: ModelEntry = {
    id: 'signed',
    file: 'yolov8-signed.onnx',
    sha256: '',
    threshold: 0.5,
    nmsIou: 0.5,
    licence: 'Apache-2.0',
    origin: 'tests',
  }
  async function given(rest: Partial<ModelEntry> = {}) {
    const bytes = await readFile(new URL(rest.file ?? entry.file, FOLDER))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return loadEntry({ ...entry, sha256, ...rest }, fileURLToPath(FOLDER))
  }

  test('tells classes and size, so that the manifest need not', async () => {
    const loaded = await given()

    expect(loaded.classes).toEqual(['boat', "drifter's net"])
    expect(loaded.thresholds).toEqual({ boat: 0.5, "drifter's net": 0.5 })
    expect(await detect(loaded)).toEqual(YOLOV8)
  })

  test('may be given other names', async () => {
    expect((await given({ classes: ['ship', 'net'] })).classes).toEqual(['ship', 'net'])
  })

  test('contradicts a manifest of another number of classes', async () => {
    await expect(given({ classes: ['ship'] })).rejects.toThrow(
      "model signed: the manifest lists 1 classes, its file has 2: boat, drifter's net",
    )
  })

  test('is not there: then the manifest must list the classes', async () => {
    await expect(given({ file: 'yolov8.onnx' })).rejects.toThrow(/its file names no classes, so the manifest must list/)
  })

  test('that tells another task is believed', async () => {
    const loaded = await given({ file: 'yolov8-segment.onnx' })

    await expect(openNetwork(loaded)).rejects.toThrow(
      'model signed was made for the task segment, not to detect objects',
    )
  })

  test.each([
    ["['boat', 'person']", ['boat', 'person']],
    ['{0: "boat", 1: "person"}', ['boat', 'person']],
    ["{1: 'person', 0: 'boat'}", ['boat', 'person']],
    ["{0: 'boat', 2: 'person'}", null],
    ["['boat', 'boat']", null],
    ["['boat', ['person']]", null],
    ['boat', null],
    ['{0: [', null],
    ['[]', null],
  ])('names of classes in the form %s', (names, expected) => {
    expect(labelsOf({ names })).toEqual(expected)
  })

  test('is read from anything without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readMetadata(bytes)).toBeTypeOf('object')
      }),
    )
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
      /: input config should be orig_target_sizes, im_shape or scale_factor \[1, 2\], found images float32 .*; config float32 \[3\]$/,
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
