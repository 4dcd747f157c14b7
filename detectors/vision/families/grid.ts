import type { Size } from '../letterbox.ts'

/** Cells of the feature maps of an input, all strides together. */
export function gridCells(input: Size, strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + Math.floor(input.width / stride) * Math.floor(input.height / stride), 0)
}
