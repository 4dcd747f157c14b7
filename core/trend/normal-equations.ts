/** The normal equations of least squares: the lower triangle of XᵀX, row by row, and Xᵀy. */
export interface Normal {
  matrix: Float64Array
  right: Float64Array
}

export function normalOf(columns: readonly Float64Array[], values: Float64Array): Normal {
  const width = columns.length
  const matrix = new Float64Array(width * width)
  for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) matrix[a * width + b] = dot(columns[a]!, columns[b]!)
  return { matrix, right: Float64Array.from(columns, (column) => dot(column, values)) }
}

/** The equations in which rows count less; cheap where most count in full. */
export function weigh(
  { matrix, right }: Normal,
  columns: readonly Float64Array[],
  values: Float64Array,
  weights: Float64Array,
): Normal {
  const width = columns.length
  const weighed = { matrix: matrix.slice(), right: right.slice() }
  for (let i = 0; i < weights.length; i++) {
    const less = 1 - weights[i]!
    if (less === 0) continue
    for (let a = 0; a < width; a++) {
      const x = less * columns[a]![i]!
      weighed.right[a]! -= x * values[i]!
      for (let b = 0; b <= a; b++) weighed.matrix[a * width + b]! -= x * columns[b]![i]!
    }
  }
  return weighed
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
