import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { WaveformAnswer, WaveformJob } from './analyst-protocol.ts'

/** One thread that looks at waveforms, one after the other; it begins with the first and is replaced when it ends. */
export interface WaveformAnalyst {
  /** One call at a time. Rejects when the thread ended, or took too long and was ended. */
  analyse(job: WaveformJob): Promise<Exclude<WaveformAnswer, { state: 'failed' }>>
  /** What is under way fails. May be called twice. */
  stop(): Promise<void>
}

/** The largest block takes half a second of a core. */
const TIMEOUT_MS = 60_000

export function createWaveformAnalyst(): WaveformAnalyst {
  let worker: Worker | null = null

  function open(): Worker {
    const opened = new Worker(compiledUrl('detectors/vibration/worker.js'))
    opened.unref()
    opened.once('exit', () => {
      if (worker === opened) worker = null
    })
    // Without a listener an error of the thread would be one of ours.
    opened.on('error', () => {})
    return opened
  }

  return {
    analyse(job) {
      worker ??= open()
      const mine = worker
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => void mine.terminate(), TIMEOUT_MS)
        const end = () => {
          clearTimeout(timer)
          mine.off('message', onMessage)
          mine.off('exit', onExit)
          mine.unref()
        }
        const onMessage = (answer: WaveformAnswer) => {
          end()
          if (answer.state === 'failed') reject(new AppError('internal', answer.message))
          else resolve(answer)
        }
        const onExit = () => {
          end()
          reject(new AppError('internal', 'the thread that looks at waveforms ended'))
        }
        mine.ref()
        mine.on('message', onMessage)
        mine.on('exit', onExit)
        mine.postMessage(job)
      })
    },
    async stop() {
      await worker?.terminate()
      worker = null
    },
  }
}
