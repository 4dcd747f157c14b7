import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import { createDistanceReader } from './distance-boxes.ts'
import type { Family, FamilyModel } from './family.ts'
import { findLevels, readingsOfLevels } from './nanodet-levels.ts'
import { findPlus, readingsOfPlus } from './nanodet-plus.ts'

/**
 * NanoDet and its kin (NanoDet-Plus, PicoDet): per cell a score for each class and, for each side of the box, a
 * distribution over 0 … regMax cells. As two outputs per feature map, scores and distances, in any order, channels
 * first or last, scores before or after sigmoid; or (NanoDet-Plus) as one output [1, N, C + 4·(regMax+1)]. BGR, less
 * ImageNet's mean; PicoDet wants RGB, which the manifest must tell.
 * Source: nanodet 1.0, `model/head/{gfl_head,nanodet_head,nanodet_plus_head}.py`, `config/*.yml` (Apache-2.0).
 */
export const nanodet: Family = {
  convention: {
    colour: 'bgr',
    range: '0..255',
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    alignment: 'centre',
  },
  expects: 'scores [1, N, C] and distances [1, N, 32] per feature map, or [1, N, C+32]',
  readings: (outputs, input) => [...readingsOfPlus(outputs, input), ...readingsOfLevels(outputs, input)],
  fit(outputs, input, model) {
    const found = findPlus(outputs, input, model.classes.length) ?? findLevels(outputs, input, model.classes.length)
    if (!found) throw nothing(model, outputs)
    return createDistanceReader(found)
  },
}

function nothing(model: FamilyModel, outputs: readonly TensorValue[]) {
  const classes = model.classes.length
  const expected = `[1, N, ${classes + 32}], or per feature map [1, n, ${classes}] and [1, n, 32]`
  return misfit(model, 'outputs', expected, outputs)
}
