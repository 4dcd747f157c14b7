import type { Family, InputConvention } from './families/family.ts'
import type { Alignment, Size } from './letterbox.ts'
import type { ToldInput } from './manifest.ts'
import type { PictureInput } from './picture-input.ts'

/** How a picture goes into a network. */
export interface InputLayout {
  tensorName: string
  /** The size of a tile. */
  size: Size
  /** Height and width are left open by the graph: other sizes may be run, see `takesSize`. */
  free: boolean
  /** `chw`: one plane per colour. `hwc`: pixel by pixel. */
  order: 'chw' | 'hwc'
  colour: InputConvention['colour']
  range: InputConvention['range']
  /** Per colour in the network's order and in units of `range`: what is taken away from a value, and then divides it. */
  mean: readonly [number, number, number]
  std: readonly [number, number, number]
  alignment: Alignment
  /** Grey level beside the picture, 0…255. */
  padding: number
}

const DEFAULT_PADDING = 114

/** The layout by the graph's input, then the manifest, then the family's convention. */
export function inputLayout(picture: PictureInput, told: ToldInput = {}, { convention }: Family): InputLayout {
  const { tensorName, size, free, order } = picture
  /** Another range makes the convention's mean meaningless. */
  const numbers = told.range === undefined || told.range === convention.range ? convention : undefined
  return {
    ...{ tensorName, size, free, order },
    colour: told.colour ?? convention.colour,
    range: told.range ?? convention.range,
    mean: told.mean ?? numbers?.mean ?? [0, 0, 0],
    std: told.std ?? numbers?.std ?? [1, 1, 1],
    alignment: told.alignment ?? convention.alignment,
    padding: told.padding ?? DEFAULT_PADDING,
  }
}
