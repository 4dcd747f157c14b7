// The limit that the vision bench compares with: decode, run, nothing else.
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

sharp.concurrency(1)
sharp.cache(false)
const session = await InferenceSession.create(workerData.graph, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})
const [name] = session.inputNames
const grey = ({ width, height }) =>
  new Tensor('float32', new Float32Array(3 * width * height).fill(114), [1, 3, height, width])

/** `decoded`: the size that the picture is decoded at; `inputs`: what the graph is run on, as often and as large as ours. */
parentPort.on('message', async (order) => {
  if (!order) return parentPort.close()
  const { width, height } = order.decoded
  const tensors = order.inputs.map(grey)
  for (let frame = 0; frame < order.frames; frame++) {
    await sharp(order.file).resize(width, height, { fit: 'fill' }).raw().toBuffer()
    for (const tensor of tensors) await session.run({ [name]: tensor })
  }
  parentPort.postMessage('done')
})
parentPort.postMessage('ready')
