import type { RawDetection } from '../box.ts'
import type { Size } from '../letterbox.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import type { Family, FamilyModel } from './family.ts'
import { gridCells } from './grid.ts'

/**
 * YOLOv8, v9 and v11 as they are usually exported: one output [1, 4+C, N], or transposed [1, N, 4+C]; centre x, centre
 * y, width, height in input pixels, then a score per class after sigmoid.
 */
export const yolov8: Family = {
  convention: { colour: 'rgb', range: '0..1', alignment: 'centre' },
  fit(outputs, input, model) {
    const { index, channelsFirst } = findHead(outputs, input, model)
    return (run, minScores) => decode(run[index]!, channelsFirst, minScores)
  },
}

function findHead(
  outputs: readonly TensorValue[],
  input: Size,
  model: FamilyModel,
): { index: number; channelsFirst: boolean } {
  const channels = 4 + model.classes.length
  const heads = outputs.flatMap(({ dims }, index) => {
    if (dims.length !== 3 || dims[0] !== 1) return []
    const options = []
    if (dims[1] === channels) options.push({ index, channelsFirst: true, boxes: dims[2]! })
    if (dims[2] === channels) options.push({ index, channelsFirst: false, boxes: dims[1]! })
    return options
  })
  const best = heads.find((head) => head.boxes === gridCells(input, [8, 16, 32])) ?? heads[0]
  if (!best) throw misfit(model, 'output', `[1, ${channels}, N] or [1, N, ${channels}]`, outputs)
  return best
}

function decode(output: TensorValue, channelsFirst: boolean, minScores: readonly number[]): RawDetection[] {
  const { data, dims } = output
  const boxes = channelsFirst ? dims[2]! : dims[1]!
  const channels = 4 + minScores.length
  const boxStep = channelsFirst ? 1 : channels
  const channelStep = channelsFirst ? boxes : 1
  const found: RawDetection[] = []
  for (let classIndex = 0; classIndex < minScores.length; classIndex++) {
    const minScore = minScores[classIndex]!
    let at = (4 + classIndex) * channelStep
    for (let box = 0; box < boxes; box++, at += boxStep) {
      const score = data[at]!
      if (!(score >= minScore)) continue
      const first = box * boxStep
      const cx = data[first]!
      const cy = data[first + channelStep]!
      const halfWidth = data[first + 2 * channelStep]! / 2
      const halfHeight = data[first + 3 * channelStep]! / 2
      const corners = { x1: cx - halfWidth, y1: cy - halfHeight, x2: cx + halfWidth, y2: cy + halfHeight }
      found.push({ ...corners, classIndex, score })
    }
  }
  return found
}
