import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assetPath } from '../../../core/source-path.ts'
import { loadModel, parseManifest } from '../../../detectors/vision/load-model.ts'

/** SHA-256 of "graph". */
const SHA256 = 'eef93e1d14482804277fca0172464032d1a4fdbcc338524059fa1e861454ad4d'

function manifest(rest: object = {}): string {
  const model = {
    id: 'm1',
    active: true,
    file: 'm1.onnx',
    sha256: SHA256,
    family: 'compact',
    classes: ['boat', 'debris'],
    thresholds: { boat: 0.5, debris: 0.4 },
    nmsIou: 0.5,
    licence: 'Apache-2.0',
    origin: 'tests',
    ...rest,
  }
  return JSON.stringify({ models: [model] })
}

describe('a manifest', () => {
  test('is accepted when it is whole', () => {
    expect(parseManifest(manifest(), 'm.yaml').models[0]).toMatchObject({ id: 'm1', family: 'compact' })
  })

  test.each([
    ['that is not YAML', '{ models: [', /m.yaml is not YAML/],
    ['without models', 'models: []', /\/models /],
    ['with an unknown key', manifest({ colour: 'blue' }), /\/models\/0 /],
    ['with an unknown family', manifest({ family: 'yolov99' }), /\/models\/0\/family /],
    [
      'with a class that has no threshold',
      manifest({ thresholds: { boat: 0.5 } }),
      /m1: class debris has no threshold/,
    ],
    [
      'with a threshold for no class',
      manifest({ thresholds: { boat: 0.5, debris: 0.4, cat: 0.1 } }),
      /m1: a threshold for cat, which is no class/,
    ],
    [
      'with a threshold of nought',
      manifest({ thresholds: { boat: 0, debris: 0.4 } }),
      /\/models\/0\/thresholds\/boat /,
    ],
    ['without licence', manifest({ licence: '' }), /\/models\/0\/licence /],
    ['with no active model', manifest({ active: false }), /0 models are active, it must be one/],
  ])('%s is refused', (_, text, message) => {
    expect(() => parseManifest(text, 'm.yaml')).toThrow(
      expect.objectContaining({ code: 'model_invalid', message: expect.stringMatching(message) }),
    )
  })

  test('tells all its faults at once', () => {
    expect(() => parseManifest(manifest({ nmsIou: 7, id: '', sha256: 'x' }), 'm.yaml')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ faults: expect.toSatisfy((f) => f.length >= 3) }) }),
    )
  })
})

describe('a model file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'huying-model-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function load(text: string, graph?: string) {
    const manifestPath = path.join(folder, 'manifest.yaml')
    await writeFile(manifestPath, text)
    if (graph !== undefined) await writeFile(path.join(folder, 'm1.onnx'), graph)
    return loadModel(manifestPath)
  }

  test('is found beside its manifest', async () => {
    expect(await load(manifest(), 'graph')).toMatchObject({ id: 'm1', path: path.join(folder, 'm1.onnx') })
  })

  test('that is missing is named', async () => {
    await expect(load(manifest())).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('m1.onnx'),
    })
  })

  test('that is another one is refused with both checksums', async () => {
    await expect(load(manifest(), 'graff')).rejects.toMatchObject({
      code: 'model_invalid',
      details: { model: 'm1', expected: SHA256, found: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })
})

test('the shipped manifest names its recipe, its licence and its origin', async () => {
  const model = await loadModel(assetPath('detectors/models/manifest.yaml'))

  expect(model).toMatchObject({ id: 'river-patrol-1', family: 'compact' })
  expect(model.origin).toMatch(/detectors\/training/)
  expect(model.note).toMatch(/grade B/)
})
