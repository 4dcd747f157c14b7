/**
 * Solves a positive definite system (Cholesky); `matrix` is given by its lower triangle, row by row, and used up. A
 * direction that the rows say nothing of gets 0.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  factorise(matrix, right.length)
  const out = Float64Array.from(right)
  solveFactored(matrix, out)
  return out
}

/** The inverse of a positive definite matrix, given and used up like that of `solveSymmetric`; whole, row by row. */
export function invertSymmetric(matrix: Float64Array, size: number): Float64Array {
  factorise(matrix, size)
  const inverse = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    const unit = inverse.subarray(row * size, (row + 1) * size)
    unit[row] = 1
    solveFactored(matrix, unit)
  }
  return inverse
}

/** Turns the lower triangle into its Cholesky factor; Infinity stands on the diagonal where nothing is said. */
function factorise(matrix: Float64Array, size: number): void {
  let largest = 0
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!)
  const least = 1e-12 * largest
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      let sum = matrix[i * size + j]!
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!
      const pivot = matrix[j * size + j]!
      matrix[i * size + j] = pivot === Number.POSITIVE_INFINITY ? 0 : sum / pivot
    }
    let rest = matrix[i * size + i]!
    for (let k = 0; k < i; k++) rest -= matrix[i * size + k]! ** 2
    matrix[i * size + i] = rest > least ? Math.sqrt(rest) : Number.POSITIVE_INFINITY
  }
}

function solveFactored(factor: Float64Array, out: Float64Array): void {
  const size = out.length
  for (let i = 0; i < size; i++) {
    let sum = out[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * out[k]!
    out[i] = sum / factor[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = out[i]!
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * out[k]!
    out[i] = sum / factor[i * size + i]!
  }
}
