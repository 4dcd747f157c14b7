import type { Size } from '../letterbox.ts'
import type { TensorValue } from '../tensor.ts'
import type { DistanceHead } from './distance-boxes.ts'
import type { Reading } from './family.ts'
import { stridesOf } from './grid.ts'
import { areProbabilities, type Rows, rowsOf, spread } from './rows.ts'

/** Values per side: regMax 7 (NanoDet, PicoDet), 10 (the first NanoDet), 16 (GFL). */
export const BINS = [8, 11, 17] as const

/** All feature maps in one output: scores after sigmoid, then distances. */
export function readingsOfPlus(outputs: readonly TensorValue[], input: Size): Reading[] {
  return candidates(outputs, input).map(({ classes }) => ({ classes, form: 'one output' }))
}

export function findPlus(outputs: readonly TensorValue[], input: Size, classes: number): DistanceHead | null {
  const found =
    candidates(outputs, input).find((candidate) => candidate.classes === classes) ??
    byShape(outputs, input).find((candidate) => candidate.classes === classes)
  if (!found) return null
  const { output, rows, bins } = found
  return {
    tables: [{ scores: { output, rows, column: 0 }, distances: { output, rows, column: classes } }],
    strides: stridesOf(input, rows.count)!,
    bins,
    // NanoDet-Plus measures from the corner of a cell, not from its middle.
    anchor: 0,
    logits: !areProbabilities(outputs[output]!.data, rows, 0, classes),
  }
}

interface Candidate {
  output: number
  rows: Rows
  bins: number
  classes: number
}

function byShape(outputs: readonly TensorValue[], input: Size): Candidate[] {
  return outputs.flatMap((value, output) =>
    rowsOf(value)
      .filter((rows) => stridesOf(input, rows.count) !== undefined)
      .flatMap((rows) => BINS.map((bins) => ({ output, rows, bins, classes: rows.columns - 4 * bins })))
      .filter(({ classes }) => classes > 0),
  )
}

/** Scores lie between 0 and 1; each column of distances leaves that somewhere, and stays what an exponent can take. */
function candidates(outputs: readonly TensorValue[], input: Size): Candidate[] {
  return byShape(outputs, input).filter(({ output, rows, classes }) => {
    const { data } = outputs[output]!
    if (!areProbabilities(data, rows, 0, classes)) return false
    for (let column = classes; column < rows.columns; column++) {
      const { least, most } = spread(data, rows, column)
      if ((least >= 0 && most <= 1) || most > LARGEST_LOGIT) return false
    }
    return true
  })
}

const LARGEST_LOGIT = 80
