import type { Family } from './families/family.ts'
import type { Alignment, Size } from './letterbox.ts'
import type { LoadedModel } from './load-model.ts'
import { misfit } from './misfit.ts'
import type { TensorShape } from './tensor.ts'

/** How a picture goes into a network. */
export interface InputLayout {
  tensorName: string
  /** The size of a tile. */
  size: Size
  /** Height and width are left open by the graph: other sizes may be run, see `takesSize`. */
  free: boolean
  /** `chw`: one plane per colour. `hwc`: pixel by pixel. */
  order: 'chw' | 'hwc'
  colour: 'rgb' | 'bgr'
  range: '0..255' | '0..1'
  alignment: Alignment
  /** Grey level beside the picture, 0…255. */
  padding: number
}

const DEFAULT_PADDING = 114

/**
 * Reads the layout from the graph's input, then the manifest, then the family's convention. Throws `model_invalid` for
 * a graph that doesn't take exactly one float32 picture, or whose size neither it nor the manifest tells.
 */
export function inputLayout(inputs: readonly TensorShape[], model: LoadedModel, family: Family): InputLayout {
  const input = inputs[0]
  if (!input || inputs.length > 1) throw misfit(model, 'input', 'one tensor', inputs)
  const expected = 'float32 [1, 3, height, width] or [1, height, width, 3]'
  const [batch, ...rest] = input.dims
  const order = rest[0] === 3 ? 'chw' : rest[2] === 3 ? 'hwc' : null
  if (input.type !== 'float32' || input.dims.length !== 4 || (batch !== 1 && batch !== null) || order === null) {
    throw misfit(model, `input ${input.name}`, expected, inputs)
  }
  const [height, width] = order === 'chw' ? [rest[1], rest[2]] : [rest[0], rest[1]]
  const told = model.input ?? {}
  return {
    tensorName: input.name,
    size: {
      width: agreed(width ?? null, told.width, 'width', model, inputs),
      height: agreed(height ?? null, told.height, 'height', model, inputs),
    },
    free: width === null && height === null,
    order,
    colour: told.colour ?? family.convention.colour,
    range: told.range ?? family.convention.range,
    alignment: told.alignment ?? family.convention.alignment,
    padding: told.padding ?? DEFAULT_PADDING,
  }
}

function agreed(
  graph: number | null,
  told: number | undefined,
  side: 'width' | 'height',
  model: LoadedModel,
  inputs: readonly TensorShape[],
): number {
  const size = graph ?? told
  if (size === undefined)
    throw misfit(model, 'input', `of a known ${side}: the manifest must tell input.${side}`, inputs)
  if (told !== undefined && told !== size)
    throw misfit(model, 'input', `of ${side} ${told}, as the manifest says`, inputs)
  return size
}
