declare module 'fft.js' {
  /** One-dimensional transforms of `size` complex values, a power of two, laid out as re, im, re, im, … */
  export default class FFT {
    constructor(size: number)
    transform(out: Float64Array | number[], input: ArrayLike<number>): void
    inverseTransform(out: Float64Array | number[], input: ArrayLike<number>): void
  }
}
