import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { FamilyName } from '../../../detectors/vision/families/families.ts'
import { openGraph } from '../../../detectors/vision/open-graph.ts'
import { recognise, type Told } from '../../../detectors/vision/recognise.ts'

const INPUT = { width: 64, height: 64 }

/** What a fixture is recognised as when only this is told. */
async function recogniseFile(file: string, told: Partial<Told> = {}) {
  const path = fileURLToPath(new URL(`../../fixtures/models/${file}.onnx`, import.meta.url))
  const graph = await openGraph({ id: file, path, input: INPUT, metadata: {} })
  await graph.close()
  return recognise(graph.trial, graph.picture.size, { id: file, metadata: {}, ...told })
}

test.each<[string, FamilyName, number | null]>([
  ['yolov8', 'yolov8', 2],
  ['yolov5', 'yolov5', 2],
  ['yolox', 'yolox', 2],
  ['nanodet-levels', 'nanodet', 2],
  ['nanodet-plus', 'nanodet', 2],
  ['end2end', 'end2end', null],
  ['rtdetr-best', 'rtdetr', null],
  ['rtdetr-joined', 'rtdetr', 2],
  ['rtdetr-logits', 'rtdetr', 2],
  ['rtdetr-listed', 'rtdetr', null],
  ['rtdetr-paddle', 'rtdetr', null],
  ['probe-free', 'compact', 3],
])('%s is %s, and how many classes it has is seen where the graph shows it', async (file, family, classes) => {
  expect(await recogniseFile(file)).toMatchObject({ family, classes })
})

test('a graph that can be read in several ways is refused with what the manifest must tell', async () => {
  await expect(recogniseFile('yolov8-transposed')).rejects.toMatchObject({
    code: 'model_invalid',
    message:
      'model yolov8-transposed can be read in 2 ways, so the manifest must tell family and classes: ' +
      'family: yolov8, 2 classes | family: yolox (decoded), 1 class; found output0 float32 [1, 84, 6]',
  })
})

test.each<[string, Partial<Told>, FamilyName]>([
  ['how many classes there are', { classes: 2 }, 'yolov8'],
  ['the family', { family: 'yolox' }, 'yolox'],
  ['that Ultralytics made it', { metadata: { names: '{}', stride: '32' } }, 'yolov8'],
])('one way is left when it is known %s', async (_, told, family) => {
  expect(await recogniseFile('yolov8-transposed', told)).toMatchObject({ family })
})

test('a graph that is none of the told family says what was expected and found', async () => {
  await expect(recogniseFile('yolov8', { family: 'nanodet' })).rejects.toThrow(
    'model yolov8 is no nanodet: outputs should be scores [1, N, C] and distances [1, N, 32] per feature map, ' +
      'or [1, N, C+32], found output0 float32 [1, 6, 84]',
  )
})
