import type { RawDetection } from '../box.ts'
import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import { areCentreBoxes, fromCentre, readObjectBoxes } from './centre-boxes.ts'
import type { Family, FamilyModel } from './family.ts'
import { createGrids, type Grid, gridCells, STRIDE_SETS, stridesOf } from './grid.ts'
import { areProbabilities, type Rows, rowsOf, spread } from './rows.ts'

/**
 * YOLOX: one output [1, N, 5+C] of x, y, w, h, objectness, class scores (both after sigmoid, in some exports before it;
 * their product counts). As exported by default x and y are offsets from a cell and w and h logarithms, in cells; with `decoded` they are pixels.
 * The picture lies in the upper left corner of the input, BGR, 0…255.
 * Source: YOLOX 0.3, `tools/export_onnx.py`, `yolox/utils/demo_utils.py` and `yolox/data/data_augment.py` (Apache-2.0).
 */
export const yolox: Family = {
  convention: { colour: 'bgr', range: '0..255', alignment: 'top-left' },
  expects: '[1, N, 5+C] with one box per cell',
  readings(outputs, input) {
    return outputs.flatMap((output) =>
      rowsOf(output)
        .filter((rows) => rows.columns > 5 && !rows.channelsFirst && stridesOf(input, rows.count) !== undefined)
        .flatMap((rows) => forms(output, rows, input)),
    )
  },
  fit(outputs, input, model) {
    const index = findHead(outputs, input, model)
    const output = outputs[index]!
    const [rows] = rowsOf(output)
    if (model.decoded ?? areCentreBoxes(output.data, rows!, input)) {
      return (run, _size, minScores) => readObjectBoxes(run[index]!.data, rowsOf(run[index]!)[0]!, minScores)
    }
    const gridAt = createGrids(stridesOf(input, output.dims[1]!)!)
    const isLogits = !areProbabilities(output.data, rows!, 4)
    return (run, size, minScores) => decode(run[index]!.data, gridAt(size), minScores, isLogits ? sigmoid : same)
  },
}

function forms({ data }: TensorValue, rows: Rows, input: Size) {
  const classes = rows.columns - 5
  // An objectness that is always 1 is YOLOv6's.
  if (spread(data, rows, 4).least === 1) return []
  const isSure = areProbabilities(data, rows, 4)
  if (areCentreBoxes(data, rows, input)) return isSure ? [{ classes, form: 'decoded' }] : []
  // Offsets from a cell stay within a few cells; what is neither is another family's.
  if (![0, 1].every((column) => Math.abs(spread(data, rows, column).most) < NEARBY_CELLS)) return []
  if (isSure) return [{ classes, form: 'on the grid' }]
  // Columns of scores in front are NanoDet's.
  if (areProbabilities(data, rows, 0, 1) || areProbabilities(data, rows, 4, 5)) return []
  return [{ classes, form: 'on the grid, before sigmoid' }]
}

const NEARBY_CELLS = 16

function findHead(outputs: readonly TensorValue[], input: Size, model: FamilyModel): number {
  const channels = 5 + model.classes.length
  const cells = gridCells(input, STRIDE_SETS[0])
  const expected = model.decoded === true ? `[1, N, ${channels}]` : `[1, ${cells}, ${channels}]`
  const index = outputs.findIndex(({ dims }) => {
    if (dims.length !== 3 || dims[0] !== 1 || dims[2] !== channels) return false
    return model.decoded === true || stridesOf(input, dims[1]!) !== undefined
  })
  if (index < 0) throw misfit(model, 'output', expected, outputs)
  return index
}

function decode(
  data: Float32Array,
  grid: Grid,
  minScores: readonly number[],
  toScore: (value: number) => number,
): RawDetection[] {
  const channels = 5 + minScores.length
  const found: RawDetection[] = []
  const least = Math.min(...minScores)
  for (let first = 0, cell = 0; first < data.length; first += channels, cell++) {
    const objectness = toScore(data[first + 4]!)
    if (!(objectness >= least)) continue
    for (let classIndex = 0; classIndex < minScores.length; classIndex++) {
      const score = objectness * toScore(data[first + 5 + classIndex]!)
      if (!(score >= minScores[classIndex]!)) continue
      found.push({ ...corners(data, first, grid, cell), classIndex, score })
    }
  }
  return found
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

function same(value: number): number {
  return value
}

function corners(data: Float32Array, first: number, grid: Grid, cell: number) {
  const stride = grid.strides[cell]!
  return fromCentre(
    (data[first]! + grid.columns[cell]!) * stride,
    (data[first + 1]! + grid.rows[cell]!) * stride,
    Math.exp(data[first + 2]!) * stride,
    Math.exp(data[first + 3]!) * stride,
  )
}
