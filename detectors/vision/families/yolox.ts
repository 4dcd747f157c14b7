import type { RawDetection } from '../box.ts'
import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import type { Family, FamilyModel } from './family.ts'
import { gridCells } from './grid.ts'

/** Most YOLOX networks; the P6 variants have one more. */
const STRIDE_SETS = [
  [8, 16, 32],
  [8, 16, 32, 64],
] as const

/** Per box: the column and row of its cell and the pixels a cell measures. */
interface Grid {
  columns: Float32Array
  rows: Float32Array
  strides: Float32Array
}

/**
 * YOLOX: one output [1, N, 5+C] of x, y, w, h, objectness, class scores (both after sigmoid; their product counts). As
 * exported by default x and y are offsets from a cell and w and h logarithms, in cells; with `decoded` they are pixels.
 * The picture lies in the upper left corner of the input, BGR, 0…255.
 * Source: YOLOX 0.3, `yolox/utils/demo_utils.py` and `yolox/data/data_augment.py` (Apache-2.0).
 */
export const yolox: Family = {
  convention: { colour: 'bgr', range: '0..255', alignment: 'top-left' },
  fit(outputs, input, model) {
    const index = findHead(outputs, input, model)
    const grid = model.decoded ? null : createGrid(input, stridesFor(input, outputs[index]!.dims[1]!)!)
    return (run, minScores) => decode(run[index]!.data, grid, minScores)
  },
}

function findHead(outputs: readonly TensorValue[], input: Size, model: FamilyModel): number {
  const channels = 5 + model.classes.length
  const cells = gridCells(input, STRIDE_SETS[0])
  const expected = model.decoded ? `[1, N, ${channels}]` : `[1, ${cells}, ${channels}]`
  const index = outputs.findIndex(({ dims }) => {
    if (dims.length !== 3 || dims[0] !== 1 || dims[2] !== channels) return false
    return model.decoded || stridesFor(input, dims[1]!) !== undefined
  })
  if (index < 0) throw misfit(model, 'output', expected, outputs)
  return index
}

function stridesFor(input: Size, boxes: number): readonly number[] | undefined {
  return STRIDE_SETS.find((strides) => gridCells(input, strides) === boxes)
}

function createGrid(input: Size, strides: readonly number[]): Grid {
  const cells = gridCells(input, strides)
  const grid = {
    columns: new Float32Array(cells),
    rows: new Float32Array(cells),
    strides: new Float32Array(cells),
  }
  let at = 0
  for (const stride of strides) {
    const columns = Math.floor(input.width / stride)
    const rows = Math.floor(input.height / stride)
    for (let cell = 0; cell < columns * rows; cell++, at++) {
      grid.columns[at] = cell % columns
      grid.rows[at] = Math.floor(cell / columns)
      grid.strides[at] = stride
    }
  }
  return grid
}

function decode(data: Float32Array, grid: Grid | null, minScores: readonly number[]): RawDetection[] {
  const channels = 5 + minScores.length
  const found: RawDetection[] = []
  for (let first = 0, cell = 0; first < data.length; first += channels, cell++) {
    const objectness = data[first + 4]!
    for (let classIndex = 0; classIndex < minScores.length; classIndex++) {
      const score = objectness * data[first + 5 + classIndex]!
      if (!(score >= minScores[classIndex]!)) continue
      found.push({ ...corners(data, first, grid, cell), classIndex, score })
    }
  }
  return found
}

function corners(data: Float32Array, first: number, grid: Grid | null, cell: number) {
  let cx = data[first]!
  let cy = data[first + 1]!
  let width = data[first + 2]!
  let height = data[first + 3]!
  if (grid) {
    const stride = grid.strides[cell]!
    cx = (cx + grid.columns[cell]!) * stride
    cy = (cy + grid.rows[cell]!) * stride
    width = Math.exp(width) * stride
    height = Math.exp(height) * stride
  }
  return { x1: cx - width / 2, y1: cy - height / 2, x2: cx + width / 2, y2: cy + height / 2 }
}
