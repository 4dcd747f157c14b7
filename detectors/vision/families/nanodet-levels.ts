import type { Size } from '../letterbox.ts'
import type { TensorValue } from '../tensor.ts'
import type { DistanceHead } from './distance-boxes.ts'
import type { Reading } from './family.ts'
import { levelCells, STRIDE_SETS } from './grid.ts'
import { BINS } from './nanodet-plus.ts'
import { areProbabilities, type Rows, rowsOf } from './rows.ts'

interface Table {
  output: number
  rows: Rows
}

/** Scores and distances of one feature map. */
interface Level {
  scores: Table
  distances: Table
}

interface Candidate {
  classes: number
  bins: number
  strides: readonly number[]
  levels: Level[]
}

/** Two outputs per feature map. */
export function readingsOfLevels(outputs: readonly TensorValue[], input: Size): Reading[] {
  return candidates(outputs, input).map(({ classes }) => ({ classes, form: 'two outputs per feature map' }))
}

export function findLevels(outputs: readonly TensorValue[], input: Size, classes: number): DistanceHead | null {
  const found = candidates(outputs, input).find((candidate) => candidate.classes === classes)
  if (!found) return null
  return {
    tables: found.levels.map(({ scores, distances }) => ({
      scores: { ...scores, column: 0 },
      distances: { ...distances, column: 0 },
    })),
    strides: found.strides,
    bins: found.bins,
    anchor: 0.5,
    logits: found.levels.some(({ scores: { output, rows } }) => !areProbabilities(outputs[output]!.data, rows, 0)),
  }
}

/** Every number of values per side, and of classes, with which each feature map has exactly its two outputs. */
function candidates(outputs: readonly TensorValue[], input: Size): Candidate[] {
  return STRIDE_SETS.filter((strides) => outputs.length === 2 * strides.length).flatMap((strides) => {
    const cells = strides.map((stride) => levelCells(input, stride))
    const all = outputs.map((_, output) => output)
    return BINS.flatMap((bins) => {
      const distances = onePerLevel(outputs, all, cells, 4 * bins)
      if (!distances) return []
      const rest = all.filter((output) => distances.every((table) => table.output !== output))
      return columnCounts(outputs, rest, cells[0]!).flatMap((classes): Candidate[] => {
        const scores = onePerLevel(outputs, rest, cells, classes)
        if (!scores) return []
        return [
          { classes, bins, strides, levels: scores.map((table, at) => ({ scores: table, distances: distances[at]! })) },
        ]
      })
    })
  })
}

/** How many columns the outputs of a feature map may have. */
function columnCounts(outputs: readonly TensorValue[], among: readonly number[], cells: number): number[] {
  const tables = among.flatMap((output) => rowsOf(outputs[output]!)).filter(({ count }) => count === cells)
  return [...new Set(tables.map(({ columns }) => columns))]
}

/** For each feature map its one output with so many columns; null where one has none or several. */
function onePerLevel(
  outputs: readonly TensorValue[],
  among: readonly number[],
  cells: readonly number[],
  columns: number,
): Table[] | null {
  const tables = cells.flatMap((count) => {
    const found = among.flatMap((output) => {
      const rows = rowsOf(outputs[output]!).find((table) => table.count === count && table.columns === columns)
      return rows ? [{ output, rows }] : []
    })
    return found.length === 1 ? found : []
  })
  return tables.length === cells.length ? tables : null
}
