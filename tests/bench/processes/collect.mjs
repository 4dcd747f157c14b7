// Loaded into a service before anything else (`--expose-gc --import`): asked by its parent, it collects garbage and
// answers with what is left, in bytes. Read in the same turn, so that nothing new lies in between.
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  process.on('message', () => {
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    process.send({ heapUsed, external })
  })
  process.channel.unref()
}
