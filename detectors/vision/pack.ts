import type { InputLayout } from './input-layout.ts'

/** Writes pixels into the network's tensor, in place. */
export type Pack = (pixels: Uint8Array, tensor: Float32Array) => void

/** Where in a pixel a colour of the network's lies, and what each level of it becomes. */
interface Channel {
  source: number
  value: Float32Array
}

/**
 * A packer for one layout: uint8 [height, width, 3] RGB in, float32 in the layout's order, colours and range out, less
 * the mean and divided by the deviation where the network wants that. Both arrays must hold 3·height·width values.
 * Tables instead of divisions, and planes written one after the other: 2 ms for 640×640 where the plain loop takes 7.
 */
export function createPack(layout: Pick<InputLayout, 'order' | 'colour' | 'range' | 'mean' | 'std'>): Pack {
  const sources = layout.colour === 'rgb' ? [0, 1, 2] : [2, 1, 0]
  const channels = sources.map((source, index) => ({ source, value: levels(layout, index) }))
  return layout.order === 'chw'
    ? (pixels, tensor) => packPlanes(pixels, tensor, channels)
    : (pixels, tensor) => packPixels(pixels, tensor, channels)
}

function levels({ range, mean, std }: Pick<InputLayout, 'range' | 'mean' | 'std'>, index: number): Float32Array {
  const most = range === '0..1' ? 255 : 1
  return Float32Array.from({ length: 256 }, (_, level) => (level / most - mean[index]!) / std[index]!)
}

function packPlanes(pixels: Uint8Array, tensor: Float32Array, channels: readonly Channel[]): void {
  let to = 0
  for (const { source, value } of channels) {
    for (let from = source; from < pixels.length; from += 3) tensor[to++] = value[pixels[from]!]!
  }
}

function packPixels(pixels: Uint8Array, tensor: Float32Array, channels: readonly Channel[]): void {
  const [first, second, third] = channels as [Channel, Channel, Channel]
  for (let at = 0; at < pixels.length; at += 3) {
    tensor[at] = first.value[pixels[at + first.source]!]!
    tensor[at + 1] = second.value[pixels[at + second.source]!]!
    tensor[at + 2] = third.value[pixels[at + third.source]!]!
  }
}
