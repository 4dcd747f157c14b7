import type { InputLayout } from './input-layout.ts'

/** Writes pixels into the network's tensor, in place. */
export type Pack = (pixels: Uint8Array, tensor: Float32Array) => void

/**
 * A packer for one layout: uint8 [height, width, 3] RGB in, float32 in the layout's order, colours and range out. Both
 * arrays must hold 3·height·width values. A table instead of a division, and planes written one after the other: 2 ms
 * for 640×640 where the plain loop takes 7.
 */
export function createPack(layout: Pick<InputLayout, 'order' | 'colour' | 'range'>): Pack {
  const value = new Float32Array(256)
  for (let level = 0; level < 256; level++) value[level] = layout.range === '0..1' ? level / 255 : level
  const sources = layout.colour === 'rgb' ? [0, 1, 2] : [2, 1, 0]
  return layout.order === 'chw'
    ? (pixels, tensor) => packPlanes(pixels, tensor, sources, value)
    : (pixels, tensor) => packPixels(pixels, tensor, sources, value)
}

function packPlanes(pixels: Uint8Array, tensor: Float32Array, sources: readonly number[], value: Float32Array): void {
  let to = 0
  for (const source of sources) {
    for (let from = source; from < pixels.length; from += 3) tensor[to++] = value[pixels[from]!]!
  }
}

function packPixels(pixels: Uint8Array, tensor: Float32Array, sources: readonly number[], value: Float32Array): void {
  const [first, second, third] = sources as [number, number, number]
  for (let at = 0; at < pixels.length; at += 3) {
    tensor[at] = value[pixels[at + first]!]!
    tensor[at + 1] = value[pixels[at + second]!]!
    tensor[at + 2] = value[pixels[at + third]!]!
  }
}
