/**
 * Solves a positive definite system (Cholesky); `matrix` is given by its lower triangle, row by row, and used up. A
 * direction that the rows say nothing of gets 0.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const at = (row: number, column: number) => row * size + column
  const least = 1e-12 * Math.max(...Array.from({ length: size }, (_, i) => matrix[at(i, i)]!))
  const out = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      let sum = matrix[at(i, j)]!
      for (let k = 0; k < j; k++) sum -= matrix[at(i, k)]! * matrix[at(j, k)]!
      matrix[at(i, j)] = matrix[at(j, j)]! === Number.POSITIVE_INFINITY ? 0 : sum / matrix[at(j, j)]!
    }
    let rest = matrix[at(i, i)]!
    for (let k = 0; k < i; k++) rest -= matrix[at(i, k)]! ** 2
    matrix[at(i, i)] = rest > least ? Math.sqrt(rest) : Number.POSITIVE_INFINITY
    for (let k = 0; k < i; k++) out[i]! -= matrix[at(i, k)]! * out[k]!
    out[i]! /= matrix[at(i, i)]!
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) out[i]! -= matrix[at(k, i)]! * out[k]!
    out[i]! /= matrix[at(i, i)]!
  }
  return out
}
