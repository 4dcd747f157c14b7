import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { Studio, StudioOptions } from './studio.ts'
import type { StudioAnswer, StudioJob } from './studio-worker.ts'

/** More than this under way and the drone's camera is too slow: the picture is not taken. */
const MOST_UNDER_WAY = 4

/**
 * Draws in a thread of its own, so that a service in the same process goes on undisturbed; the thread begins with the
 * first picture. `shoot` rejects with `overloaded` when too many wait, with `stopped` when it is closed.
 */
export function createStudioThread(options: StudioOptions): Studio {
  let worker: Worker | undefined
  let isClosed = false
  let count = 0
  const waiting = new Map<number, { resolve: (jpeg: Buffer) => void; reject: (error: Error) => void }>()

  function open(): Worker {
    const opened = new Worker(compiledUrl('simulators/patrol/studio-worker.js'), { workerData: options })
    opened.unref()
    opened.on('message', (answer: StudioAnswer) => {
      const order = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('jpeg' in answer) order?.resolve(Buffer.from(answer.jpeg.buffer, answer.jpeg.byteOffset, answer.jpeg.length))
      else order?.reject(new AppError('internal', 'the picture could not be drawn', { error: answer.error }))
    })
    opened.on('error', (cause) => failAll(new AppError('internal', 'the studio broke', {}, { cause })))
    opened.on('exit', () => {
      worker = undefined
      failAll(new AppError('stopped', 'the studio is closed'))
    })
    return opened
  }

  function failAll(error: Error): void {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  return {
    shoot(order) {
      if (isClosed) return Promise.reject(new AppError('stopped', 'the studio is closed'))
      if (waiting.size >= MOST_UNDER_WAY) return Promise.reject(new AppError('overloaded', 'too many pictures wait'))
      worker ??= open()
      const job: StudioJob = { id: ++count, order }
      return new Promise((resolve, reject) => {
        waiting.set(job.id, { resolve, reject })
        worker?.postMessage(job)
      })
    },
    async close() {
      isClosed = true
      await worker?.terminate()
    },
  }
}
