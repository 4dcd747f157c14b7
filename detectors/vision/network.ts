import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors.ts'
import type { RawDetection } from './box.ts'
import { FAMILIES } from './families/families.ts'
import type { Decode, Family } from './families/family.ts'
import { type InputLayout, inputLayout } from './input-layout.ts'
import type { Size } from './letterbox.ts'
import type { LoadedModel } from './load-model.ts'
import { suppress } from './nms.ts'
import { createPack } from './pack.ts'
import { takesSize } from './run-sizes.ts'
import { describeTensor, type TensorShape, type TensorValue } from './tensor.ts'

/** A model ready to look at pictures. */
export interface Network {
  layout: InputLayout
  /** What the graph takes and gives, for people: `images float32 [1, 3, 320, 320]`. */
  tensors: { inputs: string[]; outputs: string[] }
  /**
   * uint8 [height, width, 3] RGB of the layout's size, or of another that `takesSize` allows, in; boxes in pixels of
   * that input out, above their class's threshold, overlaps removed, best first. Blocks the thread while the network
   * computes. One call at a time. Throws `internal` for a size that the graph can't take.
   */
  detect(pixels: Uint8Array, size?: Size): Promise<RawDetection[]>
  close(): Promise<void>
}

const SIZES_KEPT = 8

/** One thread of its own and no spinning: on shared cores a second thread or spin-waiting doubles the time. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}

/**
 * Opens a model and runs it once on a blank picture, so that a graph that does not fit its manifest is found here.
 * Throws `model_invalid` that names the tensor, the expected shape and the one found.
 */
export async function openNetwork(model: LoadedModel): Promise<Network> {
  const session = await openSession(model)
  const family: Family = FAMILIES[model.family]
  const inputs = session.inputMetadata.map(toShape)
  const layout = inputLayout(inputs, model, family)
  const pack = createPack(layout)
  const minScores = model.classes.map((label) => model.thresholds[label]!)
  const runs = createRuns((size) => createRun(session, layout, size))

  const first = runs.of(layout.size)
  first.values.fill(layout.range === '0..1' ? layout.padding / 255 : layout.padding)
  const trial = await trialRun(first.run, model, inputs)
  const readerOf = (outputs: readonly TensorValue[], size: Size) =>
    family.fit(outputs, size, { ...model, decoded: model.decoded ?? false })
  first.decode = readerOf(trial, layout.size)

  return {
    layout,
    tensors: { inputs: inputs.map(describeTensor), outputs: trial.map(describeTensor) },
    async detect(pixels, size = layout.size) {
      if (!takesSize(layout, size)) throw wrongSize(model, size)
      const run = runs.of(size)
      pack(pixels, run.values)
      const outputs = await run.run()
      run.decode ??= readerOf(outputs, size)
      return suppress(run.decode(outputs, minScores).filter(isBox), model.nmsIou)
    },
    close: () => session.release(),
  }
}

/** One size that the network is run at: its tensor, filled anew for each picture, and how to read what comes out. */
interface Run {
  values: Float32Array
  run(): Promise<TensorValue[]>
  decode?: Decode
}

function createRun(session: InferenceSession, layout: InputLayout, { width, height }: Size): Run {
  const values = new Float32Array(3 * width * height)
  const dims = layout.order === 'chw' ? [1, 3, height, width] : [1, height, width, 3]
  const tensor = new Tensor('float32', values, dims)
  return {
    values,
    run: async () => toValues(await session.run({ [layout.tensorName]: tensor }), session.outputNames),
  }
}

/** Keeps the latest sizes: a drone's pictures have few. */
function createRuns(open: (size: Size) => Run): { of(size: Size): Run } {
  const runs = new Map<string, Run>()
  return {
    of(size) {
      const key = `${size.width}x${size.height}`
      const run = runs.get(key) ?? open(size)
      runs.delete(key)
      runs.set(key, run)
      if (runs.size > SIZES_KEPT) runs.delete(runs.keys().next().value!)
      return run
    },
  }
}

function wrongSize(model: LoadedModel, { width, height }: Size): AppError {
  return new AppError('internal', `model ${model.id} cannot be run on ${width} × ${height} pixels`, {
    model: model.id,
    width,
    height,
  })
}

async function openSession(model: LoadedModel): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model.path, SESSION_OPTIONS)
  } catch (cause) {
    throw new AppError('model_invalid', `onnxruntime cannot open ${model.path}`, { model: model.id }, { cause })
  }
}

async function trialRun(
  run: () => Promise<TensorValue[]>,
  model: LoadedModel,
  inputs: readonly TensorShape[],
): Promise<TensorValue[]> {
  try {
    return await run()
  } catch (cause) {
    const found = inputs.map(describeTensor).join('; ')
    throw new AppError(
      'model_invalid',
      `model ${model.id} fails on a blank picture, with input ${found}`,
      { model: model.id, found },
      { cause },
    )
  }
}

/** Float outputs only, in the graph's order; detectors keep nothing that we need in others. */
function toValues(outputs: InferenceSession.ReturnType, names: readonly string[]): TensorValue[] {
  return names.flatMap((name) => {
    const output = outputs[name]
    if (output?.type !== 'float32') return []
    return [{ name, dims: output.dims, data: output.data as Float32Array }]
  })
}

function toShape(metadata: InferenceSession.ValueMetadata): TensorShape {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', dims: [] }
  const dims = metadata.shape.map((dim) => (typeof dim === 'number' && dim >= 0 ? dim : null))
  return { name: metadata.name, type: metadata.type, dims }
}

function isBox({ x1, y1, x2, y2 }: RawDetection): boolean {
  return x2 > x1 && y2 > y1 && Number.isFinite(x2 - x1) && Number.isFinite(y2 - y1)
}
