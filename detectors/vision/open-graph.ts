import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors.ts'
import { type GraphMetadata, taskOf } from './graph-metadata.ts'
import type { Size } from './letterbox.ts'
import { misfit } from './misfit.ts'
import { type PictureInput, pictureInput, type SideInput } from './picture-input.ts'
import { describeTensor, type TensorShape, type TensorValue } from './tensor.ts'

/** A model file to be opened, and what the manifest tells of its input. */
export interface GraphFile {
  id: string
  /** Absolute path of the .onnx file. */
  path: string
  /** What was read from there when it was checked; absent: the file as it is now. */
  bytes?: Uint8Array | undefined
  family?: string | undefined
  input?: Partial<Size> | undefined
  /** Size where nobody tells one. */
  fallback?: Size
  metadata: GraphMetadata
}

/** One size that a graph is run at: its tensor, filled anew for each picture. */
export interface Run {
  values: Float32Array
  /** Blocks the thread while the network computes. */
  run(): Promise<TensorValue[]>
}

/** An opened ONNX graph that takes one picture. */
export interface Graph {
  inputs: TensorShape[]
  picture: PictureInput
  /** Outputs of a run on a blank picture: which shapes and values it gives. */
  trial: TensorValue[]
  runAt(size: Size): Run
  close(): Promise<void>
}

/** One thread of its own and no spinning: on shared cores a second thread or spin-waiting doubles the time. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // What a graph could do better is told in hundreds of warnings on standard error.
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}
/** Grey for graphs that take 0…1, nearly black for those that take 0…255: nothing to see in either. */
const BLANK = 0.5

/**
 * Opens a graph and runs it once on a blank picture. Throws `model_invalid` for a file that is none, that takes no
 * picture, that was made for another task, or that fails.
 */
export async function openGraph(model: GraphFile): Promise<Graph> {
  refuseOtherTasks(model)
  const session = await openSession(model)
  try {
    const inputs = session.inputMetadata.map(toShape)
    const picture = pictureInput(inputs, model)
    const runAt = (size: Size) => createRun(session, picture, size)
    const { values, run } = runAt(picture.size)
    values.fill(BLANK)
    const trial = await trialRun(run, model, inputs)
    return { inputs, picture, trial, runAt, close: () => session.release() }
  } catch (error) {
    await session.release()
    throw error
  }
}

function refuseOtherTasks(model: GraphFile): void {
  const task = taskOf(model.metadata)
  if (task === null || task === 'detect') return
  throw new AppError('model_invalid', `model ${model.id} was made for the task ${task}, not to detect objects`, {
    model: model.id,
    task,
  })
}

async function openSession(model: GraphFile): Promise<InferenceSession> {
  try {
    // Bytes that threads share are copied: onnxruntime does not take them as they are.
    if (model.bytes) return await InferenceSession.create(new Uint8Array(model.bytes), SESSION_OPTIONS)
    return await InferenceSession.create(model.path, SESSION_OPTIONS)
  } catch (cause) {
    throw new AppError('model_invalid', `onnxruntime cannot open ${model.path}`, { model: model.id }, { cause })
  }
}

function createRun(session: InferenceSession, picture: PictureInput, size: Size): Run {
  const { width, height } = size
  const values = new Float32Array(3 * width * height)
  const dims = picture.order === 'chw' ? [1, 3, height, width] : [1, height, width, 3]
  const feeds: Record<string, Tensor> = { [picture.tensorName]: new Tensor('float32', values, dims) }
  for (const side of picture.sideInputs) feeds[side.name] = sideTensor(side, size)
  return { values, run: async () => toValues(await session.run(feeds), session.outputNames) }
}

/** What a second input is told: always the size of the network's own input, so that boxes come out in its pixels. */
function sideTensor({ type, tells }: SideInput, { width, height }: Size): Tensor {
  const [first, second] = { 'width-height': [width, height], 'height-width': [height, width], scale: [1, 1] }[tells]
  const pair = [first!, second!]
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(pair.map(BigInt)), [1, 2])
  if (type === 'int32') return new Tensor('int32', Int32Array.from(pair), [1, 2])
  return new Tensor('float32', Float32Array.from(pair), [1, 2])
}

async function trialRun(
  run: () => Promise<TensorValue[]>,
  model: GraphFile,
  inputs: readonly TensorShape[],
): Promise<TensorValue[]> {
  let outputs: TensorValue[]
  try {
    outputs = await run()
  } catch (cause) {
    const found = inputs.map(describeTensor).join('; ')
    throw new AppError(
      'model_invalid',
      `model ${model.id} fails on a blank picture, with input ${found}`,
      { model: model.id, found },
      { cause },
    )
  }
  if (outputs.length === 0) throw misfit(model, 'output', 'float32 or whole numbers', [])
  return outputs
}

/** Numbers only, in the graph's order. Whole numbers (class numbers, counts) become floats, which hold them exactly. */
function toValues(outputs: InferenceSession.ReturnType, names: readonly string[]): TensorValue[] {
  return names.flatMap((name) => {
    const output = outputs[name]
    if (output?.type === 'float32')
      return [{ name, type: 'float32', dims: output.dims, data: output.data as Float32Array }]
    if (output?.type === 'int64') {
      const data = Float32Array.from(output.data as BigInt64Array, Number)
      return [{ name, type: 'int64', dims: output.dims, data }]
    }
    if (output?.type === 'int32') {
      return [{ name, type: 'int32', dims: output.dims, data: Float32Array.from(output.data as Int32Array) }]
    }
    return []
  })
}

function toShape(metadata: InferenceSession.ValueMetadata): TensorShape {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', dims: [] }
  const dims = metadata.shape.map((dim) => (typeof dim === 'number' && dim >= 0 ? dim : null))
  return { name: metadata.name, type: metadata.type, dims }
}
