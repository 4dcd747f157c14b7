// Loaded into a service before anything else (`--expose-gc --import`): asked by its parent, it collects garbage and
// answers with what is left, in bytes, read in the same turn, so that nothing new lies in between; or tells how late its
// event loop was since it was last asked, in milliseconds.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const RESOLUTION_MS = 1

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  process.on('message', (message) => {
    if (message === 'loop') {
      const lateMs = (percentile) => Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS)
      process.send({ p50: lateMs(50), p99: lateMs(99), max: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) })
      delay.enable()
      delay.reset()
      return
    }
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    process.send({ heapUsed, external })
  })
  process.channel.unref()
}
