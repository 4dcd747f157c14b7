// The limit that the vision bench compares with: decode, run, nothing else.
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

const SIDE = 320
sharp.concurrency(1)
sharp.cache(false)
const session = await InferenceSession.create(workerData.graph, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})
const images = new Tensor('float32', new Float32Array(3 * SIDE * SIDE).fill(114), [1, 3, SIDE, SIDE])

parentPort.on('message', async (order) => {
  if (!order) return parentPort.close()
  for (let frame = 0; frame < order.frames; frame++) {
    await sharp(order.file).resize(SIDE, SIDE, { fit: 'contain', background: '#727272' }).raw().toBuffer()
    await session.run({ images })
  }
  parentPort.postMessage('done')
})
parentPort.postMessage('ready')
