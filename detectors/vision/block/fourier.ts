import FFT from 'fft.js'

/** Two-dimensional Fourier transforms of one size. Fields are complex, row by row, re and im in turn. */
export interface Fourier {
  /** Real values [side, side] in. */
  forward(values: Float32Array): Float64Array
  /** In place; divided by the number of values. */
  inverse(field: Float64Array): Float64Array
}

/** `side` is a power of two. One call at a time. */
export function createFourier(side: number): Fourier {
  const fft = new FFT(side)
  const line = new Float64Array(2 * side)
  const out = new Float64Array(2 * side)
  type Transform = (out: Float64Array, input: Float64Array) => void

  function alongRows(field: Float64Array, transform: Transform): void {
    for (let row = 0; row < side; row++) {
      const start = row * 2 * side
      transform(out, field.subarray(start, start + 2 * side))
      field.set(out, start)
    }
  }

  function alongColumns(field: Float64Array, transform: Transform): void {
    for (let column = 0; column < side; column++) {
      for (let row = 0, at = 2 * column; row < side; row++, at += 2 * side) {
        line[2 * row] = field[at]!
        line[2 * row + 1] = field[at + 1]!
      }
      transform(out, line)
      for (let row = 0, at = 2 * column; row < side; row++, at += 2 * side) {
        field[at] = out[2 * row]!
        field[at + 1] = out[2 * row + 1]!
      }
    }
  }

  return {
    forward(values) {
      const field = new Float64Array(2 * side * side)
      for (let at = 0; at < values.length; at++) field[2 * at] = values[at]!
      alongRows(field, (to, from) => fft.transform(to, from))
      alongColumns(field, (to, from) => fft.transform(to, from))
      return field
    },
    inverse(field) {
      alongRows(field, (to, from) => fft.inverseTransform(to, from))
      alongColumns(field, (to, from) => fft.inverseTransform(to, from))
      return field
    },
  }
}
