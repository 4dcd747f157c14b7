import type { Size } from '../letterbox.ts'

/** Strides of the feature maps of detectors: most, those for large pictures (P6), those for small objects (P2). */
export const STRIDE_SETS = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
] as const

/** Cells of the feature maps of an input, all strides together. A side that is no multiple of a stride is rounded up. */
export function gridCells(input: Size, strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + levelCells(input, stride), 0)
}

export function levelCells(input: Size, stride: number): number {
  return Math.ceil(input.width / stride) * Math.ceil(input.height / stride)
}

/** The strides whose cells are so many, or undefined. */
export function stridesOf(input: Size, cells: number): readonly number[] | undefined {
  return STRIDE_SETS.find((strides) => gridCells(input, strides) === cells)
}

/** Per cell of all feature maps, one after the other: column, row, and the pixels that a cell measures. */
export interface Grid {
  columns: Float32Array
  rows: Float32Array
  strides: Float32Array
}

function createGrid(input: Size, strides: readonly number[]): Grid {
  const cells = gridCells(input, strides)
  const grid = { columns: new Float32Array(cells), rows: new Float32Array(cells), strides: new Float32Array(cells) }
  let at = 0
  for (const stride of strides) {
    const columns = Math.ceil(input.width / stride)
    const last = at + levelCells(input, stride)
    for (let cell = 0; at < last; cell++, at++) {
      grid.columns[at] = cell % columns
      grid.rows[at] = Math.floor(cell / columns)
      grid.strides[at] = stride
    }
  }
  return grid
}

const SIZES_KEPT = 8

/** Grids by size, the latest kept. */
export function createGrids(strides: readonly number[]): (input: Size) => Grid {
  const kept = new Map<string, Grid>()
  return (input) => {
    const key = `${input.width}x${input.height}`
    const grid = kept.get(key) ?? createGrid(input, strides)
    kept.set(key, grid)
    if (kept.size > SIZES_KEPT) kept.delete(kept.keys().next().value!)
    return grid
  }
}
