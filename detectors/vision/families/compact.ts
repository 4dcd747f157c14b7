import type { RawDetection } from '../box.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import type { Family, FamilyModel } from './family.ts'
import { stridesOf } from './grid.ts'
import { areProbabilities, spread } from './rows.ts'

/**
 * Our own detector: `boxes` [1, N, 4] x1 y1 x2 y2 in input pixels, `scores` [1, N, C] after sigmoid; normalisation is
 * inside the graph.
 */
export const compact: Family = {
  convention: { colour: 'rgb', range: '0..255', alignment: 'centre' },
  expects: 'boxes [1, N, 4] with scores [1, N, C]',
  readings(outputs, input) {
    return pairsOf(outputs)
      .filter(({ boxes, scores }) => {
        const rows = asRows(outputs[boxes]!)
        const inPixels = stridesOf(input, rows.count) !== undefined || spread(outputs[boxes]!.data, rows, 2).most > 2
        return inPixels && areProbabilities(outputs[scores]!.data, asRows(outputs[scores]!), 0)
      })
      .map(({ scores }) => ({ classes: outputs[scores]!.dims[2]! }))
  },
  fit(outputs, _input, model) {
    const { boxes, scores } = findPair(outputs, model)
    return (run, _size, minScores) => decode(run[boxes]!, run[scores]!, minScores)
  },
}

interface Pair {
  boxes: number
  scores: number
}

/** Outputs of one length of which one may hold boxes and the other scores. */
export function pairsOf(outputs: readonly TensorValue[]): Pair[] {
  const found = withLastDim(outputs, 4).flatMap((boxes) =>
    outputs.flatMap(({ dims }, scores) =>
      scores !== boxes && dims.length === 3 && dims[0] === 1 && dims[1] === outputs[boxes]!.dims[1]
        ? [{ boxes, scores }]
        : [],
    ),
  )
  // Four classes make the two look alike: only then do names decide.
  if (found.length < 2) return found
  const named = found.filter(({ boxes, scores }) => isNamed(outputs[boxes]!) && !isNamed(outputs[scores]!))
  return named.length > 0 ? named : found
}

function findPair(outputs: readonly TensorValue[], model: FamilyModel): Pair {
  const classes = model.classes.length
  if (withLastDim(outputs, 4).length === 0) throw misfit(model, 'boxes', '[1, N, 4]', outputs)
  if (withLastDim(outputs, classes).length === 0) throw misfit(model, 'scores', `[1, N, ${classes}]`, outputs)
  const pairs = pairsOf(outputs).filter(({ scores }) => outputs[scores]!.dims[2] === classes)
  if (pairs.length === 0) throw misfit(model, 'scores', `[1, N, ${classes}] with the N of the boxes`, outputs)
  if (pairs.length > 1) throw misfit(model, 'boxes', 'the only output [1, N, 4], or one named boxes', outputs)
  return pairs[0]!
}

function isNamed({ name }: TensorValue): boolean {
  return /box/i.test(name)
}

function withLastDim(outputs: readonly TensorValue[], size: number): number[] {
  return outputs.flatMap(({ dims }, index) => (dims.length === 3 && dims[0] === 1 && dims[2] === size ? [index] : []))
}

function asRows({ dims }: TensorValue) {
  return { count: dims[1]!, columns: dims[2]!, rowStep: dims[2]!, columnStep: 1, channelsFirst: false }
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
