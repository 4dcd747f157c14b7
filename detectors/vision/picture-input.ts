import { type GraphMetadata, imageSizeOf } from './graph-metadata.ts'
import type { Size } from './letterbox.ts'
import { misfit } from './misfit.ts'
import type { TensorShape } from './tensor.ts'

/** A second input of RT-DETR graphs: two numbers that say how large the picture is. */
export interface SideInput {
  name: string
  type: string
  tells: 'width-height' | 'height-width' | 'scale'
}

/** The input that takes the picture, as the graph has it. */
export interface PictureInput {
  tensorName: string
  /** `chw`: one plane per colour. `hwc`: pixel by pixel. */
  order: 'chw' | 'hwc'
  size: Size
  /** Height and width are left open by the graph: other sizes may be run. */
  free: boolean
  sideInputs: SideInput[]
}

interface Model {
  id: string
  family?: string | undefined
  input?: Partial<Size> | undefined
  fallback?: Size
  metadata: GraphMetadata
}

const PICTURE = 'float32 [1, 3, height, width] or [1, height, width, 3]'
const SIDE = 'orig_target_sizes, im_shape or scale_factor [1, 2]'

/**
 * Finds the picture among a graph's inputs by its shape, whatever its name. Its size is the graph's, else the
 * manifest's, else the one in the file's metadata. Throws `model_invalid` that names the tensor.
 */
export function pictureInput(inputs: readonly TensorShape[], model: Model): PictureInput {
  const picture = inputs.find((input) => orderOf(input) !== null)
  const order = picture ? orderOf(picture) : null
  if (!picture || order === null) throw misfit(model, `input ${inputs[0]?.name ?? ''}`.trim(), PICTURE, inputs)
  const [height, width] = order === 'chw' ? picture.dims.slice(2) : picture.dims.slice(1, 3)
  const graph = { width: width ?? null, height: height ?? null }
  return {
    tensorName: picture.name,
    order,
    size: { width: agreed('width', graph, model, inputs), height: agreed('height', graph, model, inputs) },
    free: graph.width === null && graph.height === null,
    sideInputs: inputs.filter((input) => input !== picture).map((input) => sideInput(input, model, inputs)),
  }
}

function orderOf({ type, dims }: TensorShape): PictureInput['order'] | null {
  const [batch, first, , last] = dims
  if (type !== 'float32' || dims.length !== 4 || (batch !== 1 && batch !== null)) return null
  if (first === 3) return 'chw'
  return last === 3 ? 'hwc' : null
}

function agreed(
  side: 'width' | 'height',
  graph: Record<'width' | 'height', number | null>,
  model: Model,
  inputs: readonly TensorShape[],
): number {
  const told = model.input?.[side]
  const size = graph[side] ?? told ?? imageSizeOf(model.metadata)?.[side] ?? model.fallback?.[side]
  if (size === undefined)
    throw misfit(model, 'input', `of a known ${side}: the manifest must tell input.${side}`, inputs)
  if (told !== undefined && told !== size)
    throw misfit(model, 'input', `of ${side} ${told}, as the manifest says`, inputs)
  return size
}

/**
 * lyuwenyu's export asks for the picture's width and height, Paddle's for height and width and for the scale.
 * Source: RT-DETR, `rtdetr_pytorch/tools/export_onnx.py` and `rtdetr_postprocessor.py`; PaddleDetection 2.7,
 * `ppdet/modeling/post_process.py` (all Apache-2.0).
 */
function sideInput(input: TensorShape, model: Model, inputs: readonly TensorShape[]): SideInput {
  const { name, type, dims } = input
  const isPair = dims.length === 2 && (dims[0] === 1 || dims[0] === null) && (dims[1] === 2 || dims[1] === null)
  if (!isPair || !['float32', 'int64', 'int32'].includes(type)) throw misfit(model, `input ${name}`, SIDE, inputs)
  if (/scale/i.test(name)) return { name, type, tells: 'scale' }
  return { name, type, tells: /im_shape|image_shape/i.test(name) ? 'height-width' : 'width-height' }
}
