import type { RawDetection } from '../box.ts'
import type { Decode } from './family.ts'
import { createGrids, type Grid } from './grid.ts'
import { type Rows, sameRows } from './rows.ts'

/** Where the scores and the distances of one feature map, or of all, are found. */
export interface DistanceTable {
  scores: { output: number; rows: Rows; column: number }
  distances: { output: number; rows: Rows; column: number }
}

/** A network that says how far a box reaches from its cell to each side. */
export interface DistanceHead {
  /** In the order of their strides; a single one holds the cells of all. */
  tables: DistanceTable[]
  strides: readonly number[]
  /** Distances are distributions over so many values, from 0 up, in cells. */
  bins: number
  /** Where in its cell a box is measured from: 0.5 is the middle, 0 its upper left corner. */
  anchor: number
  /** Scores are before the sigmoid. */
  logits: boolean
}

/** Boxes left, top, right and bottom of a point in their cell, each distance the mean of a distribution. */
export function createDistanceReader(head: DistanceHead): Decode {
  const gridAt = createGrids(head.strides)
  return (outputs, input, minScores) => {
    const grid = gridAt(input)
    const least = minScores.map((score) => (head.logits ? logit(score) : score))
    const found: RawDetection[] = []
    let firstCell = 0
    for (const { scores, distances } of head.tables) {
      const scored = sameRows(scores.rows, outputs[scores.output]!)
      const measured = sameRows(distances.rows, outputs[distances.output]!)
      const scoreData = outputs[scores.output]!.data
      const distanceData = outputs[distances.output]!.data
      for (let row = 0; row < scored.count; row++) {
        for (let classIndex = 0; classIndex < least.length; classIndex++) {
          const value = scoreData[row * scored.rowStep + (scores.column + classIndex) * scored.columnStep]!
          if (!(value >= least[classIndex]!)) continue
          const first = row * measured.rowStep + distances.column * measured.columnStep
          const reach = [0, 1, 2, 3].map((side) =>
            meanOf(distanceData, first + side * head.bins * measured.columnStep, measured.columnStep, head.bins),
          )
          const corners = boxAround(grid, firstCell + row, head.anchor, reach as [number, number, number, number])
          found.push({ ...corners, classIndex, score: head.logits ? 1 / (1 + Math.exp(-value)) : value })
        }
      }
      firstCell += scored.count
    }
    return found
  }
}

function boxAround(grid: Grid, cell: number, anchor: number, reach: [number, number, number, number]) {
  const stride = grid.strides[cell]!
  const x = (grid.columns[cell]! + anchor) * stride
  const y = (grid.rows[cell]! + anchor) * stride
  const [left, top, right, bottom] = reach.map((cells) => cells * stride)
  return { x1: x - left!, y1: y - top!, x2: x + right!, y2: y + bottom! }
}

/** Mean of 0, 1, 2 … weighted by the softmax of the values. */
function meanOf(data: Float32Array, first: number, step: number, bins: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let bin = 0, at = first; bin < bins; bin++, at += step) most = Math.max(most, data[at]!)
  let weights = 0
  let sum = 0
  for (let bin = 0, at = first; bin < bins; bin++, at += step) {
    const weight = Math.exp(data[at]! - most)
    weights += weight
    sum += bin * weight
  }
  return sum / weights
}

function logit(score: number): number {
  return Math.log(score / (1 - score))
}
