import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import { areCentreBoxes, readCentreBoxes } from './centre-boxes.ts'
import type { Family, FamilyModel } from './family.ts'
import { stridesOf } from './grid.ts'
import { areProbabilities, type Rows, rowsOf, sameRows } from './rows.ts'

/**
 * YOLOv8, v9 and v11 (and YOLOv5u) as they are usually exported: one output [1, 4+C, N], or transposed [1, N, 4+C];
 * centre x, centre y, width, height in input pixels, then a score per class after sigmoid.
 * Source: ultralytics 8, `nn/modules/head.py` (`Detect`) and `engine/exporter.py`.
 */
export const yolov8: Family = {
  convention: { colour: 'rgb', range: '0..1', alignment: 'centre' },
  expects: '[1, 4+C, N] or [1, N, 4+C]',
  readings(outputs, input) {
    return outputs.flatMap((output) =>
      rowsOf(output)
        .filter((rows) => rows.columns > 4 && stridesOf(input, rows.count) !== undefined)
        .filter((rows) => areCentreBoxes(output.data, rows, input) && areProbabilities(output.data, rows, 4))
        .map((rows) => ({ classes: rows.columns - 4 })),
    )
  },
  fit(outputs, input, model) {
    const { index, rows } = findHead(outputs, input, model)
    return (run, _size, minScores) => readCentreBoxes(run[index]!.data, sameRows(rows, run[index]!), minScores, 4)
  },
}

function findHead(outputs: readonly TensorValue[], input: Size, model: FamilyModel): { index: number; rows: Rows } {
  const columns = 4 + model.classes.length
  const heads = outputs.flatMap((output, index) =>
    rowsOf(output)
      .filter((rows) => rows.columns === columns && output.dims.length === 3)
      .map((rows) => ({ index, rows })),
  )
  const best = heads.find(({ rows }) => stridesOf(input, rows.count) !== undefined) ?? heads[0]
  if (!best) throw misfit(model, 'output', `[1, ${columns}, N] or [1, N, ${columns}]`, outputs)
  return best
}
