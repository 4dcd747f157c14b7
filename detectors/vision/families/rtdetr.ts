import type { RawDetection } from '../box.ts'
import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import { fromCentre } from './centre-boxes.ts'
import { pairsOf } from './compact.ts'
import type { Decode, Family, Reading } from './family.ts'
import { stridesOf } from './grid.ts'
import { areProbabilities, areWhole, rowsOf, spread } from './rows.ts'

/**
 * RT-DETR and its kin (D-FINE, DEIM): some 300 boxes, none of which needs suppressing. Four exports are known:
 * - Ultralytics: one output [1, Q, 4+C], normalised centre boxes, then scores after sigmoid;
 * - the same shortened to its best, [1, Q, 6]: normalised centre box, score, class;
 * - lyuwenyu and Paddle: labels [1, Q] (whole numbers), boxes [1, Q, 4] (corners) and scores [1, Q], with a second input
 *   that says how large the picture is; Paddle also as rows [M, 6] of class, score, corners;
 * - transformers: logits [1, Q, C] and pred_boxes [1, Q, 4], normalised centre boxes.
 * Source: ultralytics 8, `nn/modules/head.py` (`RTDETRDecoder`); RT-DETR, `rtdetr_pytorch/tools/export_onnx.py`,
 * `src/zoo/rtdetr/rtdetr_postprocessor.py`; PaddleDetection 2.7, `ppdet/modeling/post_process.py`; transformers 4,
 * `models/rt_detr/modeling_rt_detr.py` (all but the first Apache-2.0). Read: the first in parts, and lyuwenyu's; Paddle's and
 * transformers' are from memory.
 */
export const rtdetr: Family = {
  convention: { colour: 'rgb', range: '0..1', alignment: 'centre' },
  expects: '[1, Q, 4+C], or labels [1, Q], boxes [1, Q, 4] and scores [1, Q], or logits [1, Q, C] and boxes [1, Q, 4]',
  readings: (outputs, input) => forms(outputs, input).map(({ classes, form }) => ({ classes, form })),
  fit(outputs, input, model) {
    const classes = model.classes.length
    const found = forms(outputs, input).find((form) => form.classes === null || form.classes === classes)
    if (found) return found.decode
    const expected = `[1, Q, ${4 + classes}], or labels [1, Q], boxes [1, Q, 4] and scores [1, Q], or [1, Q, ${classes}] and [1, Q, 4]`
    throw misfit(model, 'outputs', expected, outputs)
  },
}

interface Form extends Reading {
  form: string
  decode: Decode
}

function forms(outputs: readonly TensorValue[], input: Size): Form[] {
  return [...listed(outputs), ...paired(outputs, input), ...joined(outputs, input), ...rowsOfPaddle(outputs)]
}

/** Labels, boxes and scores. */
function listed(outputs: readonly TensorValue[]): Form[] {
  const boxes = outputs.findIndex(({ dims }) => dims.length === 3 && dims[0] === 1 && dims[2] === 4)
  if (boxes < 0) return []
  const flat = outputs.flatMap(({ dims }, index) =>
    dims.length === 2 && dims[0] === 1 && dims[1] === outputs[boxes]!.dims[1] ? [index] : [],
  )
  const labels = flat.find((index) => outputs[index]!.type !== 'float32')
  const scores = flat.find((index) => outputs[index]!.type === 'float32')
  if (labels === undefined || scores === undefined) return []
  const decode: Decode = (run, _input, minScores) =>
    collect(run[scores]!.data.length, minScores, (row) => {
      const [x1, y1, x2, y2] = run[boxes]!.data.subarray(row * 4, row * 4 + 4) as unknown as Corners
      return { x1, y1, x2, y2, classIndex: run[labels]!.data[row]!, score: run[scores]!.data[row]! }
    })
  return [{ classes: null, form: 'labels, boxes and scores', decode }]
}

/** Logits and boxes. */
function paired(outputs: readonly TensorValue[], input: Size): Form[] {
  return pairsOf(outputs)
    .filter(({ boxes }) => isNormalised(outputs[boxes]!, input))
    .map(({ boxes, scores }) => {
      const classes = outputs[scores]!.dims[2]!
      const decode: Decode = (run, size, minScores) => {
        const { data } = run[scores]!
        return collect(data.length, minScores, (at) => {
          const classIndex = at % classes
          const box = ((at - classIndex) / classes) * 4
          return { ...scaled(run[boxes]!.data, box, size), classIndex, score: 1 / (1 + Math.exp(-data[at]!)) }
        })
      }
      return { classes, form: 'logits and boxes', decode }
    })
}

/** Boxes and scores, or score and class, in one output. */
function joined(outputs: readonly TensorValue[], input: Size): Form[] {
  // With a second output they would be the scores of a feature map.
  if (outputs.length !== 1) return []
  return outputs.flatMap((value, output): Form[] => {
    const [rows] = rowsOf(value)
    if (value.dims.length !== 3 || !rows || rows.columns < 5 || !isNormalised(value, input)) return []
    if (rows.columns === 6 && areWhole(value.data, rows, 5)) return [best(output)]
    if (!areProbabilities(value.data, rows, 4)) return []
    const { columns } = rows
    const classes = columns - 4
    const decode: Decode = (run, size, minScores) => {
      const { data } = run[output]!
      return collect((data.length / columns) * classes, minScores, (at) => {
        const classIndex = at % classes
        const box = ((at - classIndex) / classes) * columns
        return { ...scaled(data, box, size), classIndex, score: data[box + 4 + classIndex]! }
      })
    }
    return [{ classes, form: 'one output', decode }]
  })
}

function best(output: number): Form {
  const decode: Decode = (run, size, minScores) => {
    const { data } = run[output]!
    return collect(data.length / 6, minScores, (row) => {
      const at = row * 6
      return { ...scaled(data, at, size), classIndex: data[at + 5]!, score: data[at + 4]! }
    })
  }
  return { classes: null, form: 'score and class per box', decode }
}

/** [M, 6]: class, score, corners in pixels of the input. */
function rowsOfPaddle(outputs: readonly TensorValue[]): Form[] {
  const output = outputs.findIndex((value) => {
    const [rows] = rowsOf(value)
    if (value.dims.length !== 2 || rows?.columns !== 6 || rows.count === 0) return false
    return areWhole(value.data, rows, 0) && areProbabilities(value.data, rows, 1, 2)
  })
  if (output < 0) return []
  const decode: Decode = (run, _input, minScores) => {
    const { data } = run[output]!
    return collect(data.length / 6, minScores, (row) => {
      const [classIndex, score, x1, y1, x2, y2] = data.subarray(row * 6, row * 6 + 6) as unknown as [
        number,
        number,
        ...Corners,
      ]
      return { x1, y1, x2, y2, classIndex, score }
    })
  }
  return [{ classes: null, form: 'class, score and corners per row', decode }]
}

type Corners = [number, number, number, number]

/** What is above its class's least score; a class that the model has no name for is left out. */
function collect(count: number, minScores: readonly number[], at: (index: number) => RawDetection): RawDetection[] {
  const found: RawDetection[] = []
  for (let index = 0; index < count; index++) {
    const detection = at(index)
    if (detection.score >= (minScores[detection.classIndex] ?? Number.POSITIVE_INFINITY)) found.push(detection)
  }
  return found
}

function scaled(data: Float32Array, at: number, { width, height }: Size) {
  return fromCentre(data[at]! * width, data[at + 1]! * height, data[at + 2]! * width, data[at + 3]! * height)
}

/** Centre boxes in units of the picture; and as many as there are queries, not cells. */
function isNormalised(value: TensorValue, input: Size): boolean {
  const [rows] = rowsOf(value)
  if (!rows || stridesOf(input, rows.count) !== undefined) return false
  return [0, 1, 2, 3].every((column) => {
    const { least, most } = spread(value.data, rows, column)
    return least >= -0.5 && most <= 1.5
  })
}
