import { type GroundRaster, NOTHING } from './rectify.ts'

/** The upper left cell of a patch. */
export interface PatchAt {
  column: number
  row: number
}

export interface Match {
  /** Cells from where it was looked for to where it was found. */
  columns: number
  rows: number
  /** Normalised cross-correlation, −1…1. */
  likeness: number
}

/** Finds patches of other rasters in one. */
export interface PatchFinder {
  /**
   * The place within `reach` cells of `around` that is most like a patch of `side` × `side` cells. Null when no place
   * is wholly known, or the patch is not, or has no features. Places must lie inside the raster.
   */
  find(patch: { raster: GroundRaster; stride: number; at: PatchAt }, around: PatchAt, reach: number): Match | null
}

/** `raster` float32 [rows, stride]. Sums of every patch are taken from tables, so a place costs one multiplication a cell. */
export function createPatchFinder(raster: GroundRaster, stride: number, side: number): PatchFinder {
  const sums = sumTable(raster, stride, (value) => value)
  const squares = sumTable(raster, stride, (value) => value * value)
  const unknown = sumTable(raster, stride, (value) => (value === NOTHING ? 1 : 0))
  const cells = side * side

  function likeness(template: Float32Array, column: number, row: number): number {
    if (patchSum(unknown, stride, column, row, side) > 0) return Number.NEGATIVE_INFINITY
    const sum = patchSum(sums, stride, column, row, side)
    const spread = patchSum(squares, stride, column, row, side) - (sum * sum) / cells
    if (!(spread > 0)) return Number.NEGATIVE_INFINITY
    let product = 0
    for (let y = 0, at = 0; y < side; y++) {
      for (let x = 0, from = (row + y) * stride + column; x < side; x++) product += template[at++]! * raster[from++]!
    }
    return product / Math.sqrt(spread)
  }

  return {
    find(patch, around, reach) {
      const template = normalised(patch, side)
      if (!template) return null
      const best: Match = { columns: 0, rows: 0, likeness: Number.NEGATIVE_INFINITY }
      for (let rows = -reach; rows <= reach; rows++) {
        for (let columns = -reach; columns <= reach; columns++) {
          const found = likeness(template, around.column + columns, around.row + rows)
          if (found > best.likeness) Object.assign(best, { columns, rows, likeness: found })
        }
      }
      return best.likeness === Number.NEGATIVE_INFINITY ? null : best
    },
  }
}

/** Values without their mean, of length 1 all together. */
function normalised(
  { raster, stride, at }: { raster: GroundRaster; stride: number; at: PatchAt },
  side: number,
): Float32Array | null {
  const values = new Float32Array(side * side)
  let sum = 0
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++, to++) {
      const value = raster[(at.row + y) * stride + at.column + x]!
      if (value === NOTHING) return null
      values[to] = value
      sum += value
    }
  }
  const mean = sum / values.length
  let length = 0
  for (let to = 0; to < values.length; to++) {
    values[to]! -= mean
    length += values[to]! ** 2
  }
  return length === 0 ? null : values.map((value) => value / Math.sqrt(length))
}

/** [rows + 1, stride + 1]: what lies above and to the left of a cell, added up. */
function sumTable(raster: GroundRaster, stride: number, of: (value: number) => number): Float64Array {
  const rows = raster.length / stride
  const table = new Float64Array((rows + 1) * (stride + 1))
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let column = 0; column < stride; column++) {
      sum += of(raster[row * stride + column]!)
      table[(row + 1) * (stride + 1) + column + 1] = table[row * (stride + 1) + column + 1]! + sum
    }
  }
  return table
}

function patchSum(table: Float64Array, stride: number, column: number, row: number, side: number): number {
  const upper = row * (stride + 1) + column
  const lower = upper + side * (stride + 1)
  return table[lower + side]! - table[lower]! - table[upper + side]! + table[upper]!
}
