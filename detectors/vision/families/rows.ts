import type { TensorValue } from '../tensor.ts'

/** An output seen as a table: one row per box, wherever its columns lie in memory. */
export interface Rows {
  count: number
  columns: number
  rowStep: number
  columnStep: number
  channelsFirst: boolean
}

/**
 * The ways of seeing an output as a table, the usual one first: [N, K] or [K, N], [1, N, K] or [1, K, N], and as
 * feature map [1, K, height, width] or [1, height, width, K]. Anything else is none.
 */
export function rowsOf({ dims }: Pick<TensorValue, 'dims'>): Rows[] {
  const [first, ...rest] = dims
  if (dims.length === 2) return [channelsLast(first!, rest[0]!), channelsFirst(first!, rest[0]!)]
  if (first !== 1) return []
  if (dims.length === 3) return [channelsLast(rest[0]!, rest[1]!), channelsFirst(rest[0]!, rest[1]!)]
  if (dims.length !== 4) return []
  return [channelsFirst(rest[0]!, rest[1]! * rest[2]!), channelsLast(rest[0]! * rest[1]!, rest[2]!)]
}

function channelsLast(count: number, columns: number): Rows {
  return { count, columns, rowStep: columns, columnStep: 1, channelsFirst: false }
}

function channelsFirst(columns: number, count: number): Rows {
  return { count, columns, rowStep: 1, columnStep: count, channelsFirst: true }
}

/** The same table of another run, which may have more or fewer rows. */
export function sameRows(rows: Rows, { dims }: Pick<TensorValue, 'dims'>): Rows {
  return rowsOf({ dims }).find((found) => found.channelsFirst === rows.channelsFirst) ?? rows
}

/** Least and greatest value of a column. */
export function spread(data: Float32Array, rows: Rows, column: number): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let row = 0, at = column * rows.columnStep; row < rows.count; row++, at += rows.rowStep) {
    const value = data[at]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

/** Every value from a column on, up to another, is a probability. */
export function areProbabilities(data: Float32Array, rows: Rows, from: number, to = rows.columns): boolean {
  for (let column = from; column < to; column++) {
    const { least, most } = spread(data, rows, column)
    if (!(least >= -ROUNDING && most <= 1 + ROUNDING)) return false
  }
  return true
}

/** Every value of a column is a whole number. */
export function areWhole(data: Float32Array, rows: Rows, column: number): boolean {
  for (let row = 0, at = column * rows.columnStep; row < rows.count; row++, at += rows.rowStep) {
    if (!Number.isInteger(data[at]!)) return false
  }
  return true
}

const ROUNDING = 1e-3
