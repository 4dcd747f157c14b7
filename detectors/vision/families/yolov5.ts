import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import { areCentreBoxes, readObjectBoxes } from './centre-boxes.ts'
import type { Family, FamilyModel } from './family.ts'
import { gridCells, STRIDE_SETS, stridesOf } from './grid.ts'
import { areProbabilities, type Rows, rowsOf, spread } from './rows.ts'

const ANCHORS_PER_CELL = 3

/**
 * YOLOv5 and v7 with anchors, and v6: one output [1, N, 5+C] of centre x, centre y, width, height in input pixels,
 * objectness, class scores, all after sigmoid; the product of the last two counts. N is three boxes per cell (25,200
 * at 640), in YOLOv6 one, with an objectness of 1. Older exports give the three raw feature maps as well: not read.
 * Source: yolov5 7, `models/yolo.py` (`Detect`) and `export.py`; YOLOv6 0.4, `yolov6/models/effidehead.py` (v6 from
 * memory).
 */
export const yolov5: Family = {
  convention: { colour: 'rgb', range: '0..1', alignment: 'centre' },
  expects: '[1, N, 5+C] with three boxes per cell',
  readings(outputs, input) {
    return outputs.flatMap((output) =>
      rowsOf(output)
        .filter((rows) => rows.columns > 5 && !rows.channelsFirst && hasAnchors(input, rows, output))
        .filter((rows) => areCentreBoxes(output.data, rows, input) && areProbabilities(output.data, rows, 4))
        .map((rows) => ({ classes: rows.columns - 5 })),
    )
  },
  fit(outputs, _input, model) {
    const index = findHead(outputs, model)
    return (run, _size, minScores) => readObjectBoxes(run[index]!.data, rowsOf(run[index]!)[0]!, minScores)
  },
}

/** Three boxes per cell, or one that is always sure that there is something. */
function hasAnchors(input: Size, rows: Rows, output: TensorValue): boolean {
  if (STRIDE_SETS.some((strides) => ANCHORS_PER_CELL * gridCells(input, strides) === rows.count)) return true
  return stridesOf(input, rows.count) !== undefined && spread(output.data, rows, 4).least === 1
}

function findHead(outputs: readonly TensorValue[], model: FamilyModel): number {
  const columns = 5 + model.classes.length
  const index = outputs.findIndex(({ dims }) => dims.length === 3 && dims[0] === 1 && dims[2] === columns)
  if (index < 0) throw misfit(model, 'output', `[1, N, ${columns}]`, outputs)
  return index
}
