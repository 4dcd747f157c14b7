import type { RawDetection } from '../box.ts'
import type { Size } from '../letterbox.ts'
import { type Rows, spread } from './rows.ts'

/** A box by its centre, in pixels. */
export function fromCentre(cx: number, cy: number, width: number, height: number) {
  return { x1: cx - width / 2, y1: cy - height / 2, x2: cx + width / 2, y2: cy + height / 2 }
}

/**
 * Columns 0 to 3 may be centre and size in pixels of the input: no size is negative and centres spread over it. On the
 * grid they would stay within a few cells and sizes would be logarithms, which for small things are negative.
 */
export function areCentreBoxes(data: Float32Array, rows: Rows, input: Size): boolean {
  const farthest = Math.max(spread(data, rows, 0).most, spread(data, rows, 1).most)
  const [width, height] = [spread(data, rows, 2), spread(data, rows, 3)]
  return farthest > Math.max(input.width, input.height) / 8 && width.least >= 0 && height.least >= 0 && width.most > 2
}

/** Boxes of a table of centre boxes whose classes have a column each from `first` on. */
export function readCentreBoxes(
  data: Float32Array,
  rows: Rows,
  minScores: readonly number[],
  first: number,
): RawDetection[] {
  const found: RawDetection[] = []
  const { count, rowStep, columnStep } = rows
  for (let classIndex = 0; classIndex < minScores.length; classIndex++) {
    const minScore = minScores[classIndex]!
    for (let row = 0, at = (first + classIndex) * columnStep; row < count; row++, at += rowStep) {
      const score = data[at]!
      if (score >= minScore) found.push({ ...boxOf(data, row * rowStep, columnStep), classIndex, score })
    }
  }
  return found
}

/** The same with objectness in column 4, by which the scores of the classes, from column 5 on, are multiplied. */
export function readObjectBoxes(data: Float32Array, rows: Rows, minScores: readonly number[]): RawDetection[] {
  const found: RawDetection[] = []
  const least = Math.min(...minScores)
  for (let box = 0; box < data.length; box += rows.columns) {
    const objectness = data[box + 4]!
    if (!(objectness >= least)) continue
    for (let classIndex = 0; classIndex < minScores.length; classIndex++) {
      const score = objectness * data[box + 5 + classIndex]!
      if (score >= minScores[classIndex]!) found.push({ ...boxOf(data, box, 1), classIndex, score })
    }
  }
  return found
}

function boxOf(data: Float32Array, at: number, step: number) {
  return fromCentre(data[at]!, data[at + step]!, data[at + 2 * step]!, data[at + 3 * step]!)
}
