import type { RawDetection } from '../box.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import type { Family, FamilyModel } from './family.ts'

/**
 * Our own detector: `boxes` [1, N, 4] x1 y1 x2 y2 in input pixels, `scores` [1, N, C] after sigmoid; normalisation is
 * inside the graph.
 */
export const compact: Family = {
  convention: { colour: 'rgb', range: '0..255', alignment: 'centre' },
  fit(outputs, _input, model) {
    const { boxes, scores } = findPair(outputs, model)
    return (run, minScores) => decode(run[boxes]!, run[scores]!, minScores)
  },
}

function findPair(outputs: readonly TensorValue[], model: FamilyModel): { boxes: number; scores: number } {
  const classes = model.classes.length
  const boxes = withLastDim(outputs, 4)
  const scores = withLastDim(outputs, classes)
  if (boxes.length === 0) throw misfit(model, 'boxes', '[1, N, 4]', outputs)
  if (scores.length === 0) throw misfit(model, 'scores', `[1, N, ${classes}]`, outputs)
  const pairs = boxes
    .flatMap((b) => scores.map((s) => ({ boxes: b, scores: s })))
    .filter(({ boxes: b, scores: s }) => b !== s && outputs[b]!.dims[1] === outputs[s]!.dims[1])
  if (pairs.length === 0) throw misfit(model, 'scores', `[1, N, ${classes}] with the N of the boxes`, outputs)
  if (pairs.length === 1) return pairs[0]!
  // Four classes make the two look alike: only then do names decide.
  const named = pairs.find(({ boxes: b, scores: s }) => /box/i.test(outputs[b]!.name) && !/box/i.test(outputs[s]!.name))
  if (!named) throw misfit(model, 'boxes', 'the only output [1, N, 4], or one named boxes', outputs)
  return named
}

function withLastDim(outputs: readonly TensorValue[], size: number): number[] {
  return outputs.flatMap(({ dims }, index) => (dims.length === 3 && dims[0] === 1 && dims[2] === size ? [index] : []))
}

function decode(boxes: TensorValue, scores: TensorValue, minScores: readonly number[]): RawDetection[] {
  const found: RawDetection[] = []
  const classes = minScores.length
  const { data } = scores
  for (let at = 0; at < data.length; at++) {
    const classIndex = at % classes
    const score = data[at]!
    if (!(score >= minScores[classIndex]!)) continue
    const box = ((at - classIndex) / classes) * 4
    const [x1, y1, x2, y2] = boxes.data.subarray(box, box + 4) as unknown as [number, number, number, number]
    found.push({ x1, y1, x2, y2, classIndex, score })
  }
  return found
}
