import { expect, test } from 'vitest'
import { createPack } from '../../../detectors/vision/pack.ts'

/** Two pixels: red-ish and blue-ish. */
const PIXELS = Uint8Array.from([255, 51, 0, 0, 102, 204])

test.each([
  ['planes, RGB, as they are', 'chw', 'rgb', '0..255', [255, 0, 51, 102, 0, 204]],
  ['planes, BGR, as they are', 'chw', 'bgr', '0..255', [0, 204, 51, 102, 255, 0]],
  ['planes, RGB, divided by 255', 'chw', 'rgb', '0..1', [1, 0, 0.2, 0.4, 0, 0.8]],
  ['pixels, RGB, as they are', 'hwc', 'rgb', '0..255', [255, 51, 0, 0, 102, 204]],
  ['pixels, BGR, divided by 255', 'hwc', 'bgr', '0..1', [0, 0.2, 1, 0.8, 0.4, 0]],
] as const)('packs %s', (_, order, colour, range, expected) => {
  const tensor = new Float32Array(6)

  createPack({ order, colour, range, mean: [0, 0, 0], std: [1, 1, 1] })(PIXELS, tensor)

  for (const [at, value] of expected.entries()) expect(tensor[at]).toBeCloseTo(value, 6)
})

test('takes the mean of each colour away and divides by its deviation, in the order of the network', () => {
  const tensor = new Float32Array(6)

  createPack({ order: 'chw', colour: 'bgr', range: '0..255', mean: [4, 1, 55], std: [2, 5, 100] })(PIXELS, tensor)

  expect([...tensor]).toEqual([-2, 100, 10, 20.200000762939453, 2, -0.550000011920929])
})

test('takes it away after the division by 255', () => {
  const tensor = new Float32Array(6)

  createPack({ order: 'hwc', colour: 'rgb', range: '0..1', mean: [0.5, 0.2, 0], std: [0.5, 0.1, 0.2] })(PIXELS, tensor)

  for (const [at, value] of [1, 0, 0, -1, 2, 4].entries()) expect(tensor[at]).toBeCloseTo(value, 5)
})
