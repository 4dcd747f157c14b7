import { availableParallelism } from 'node:os'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { PictureContext } from './analyse-picture.ts'
import type { AnalysisResult } from './analysis-result.ts'
import { forbidTelemetry } from './forbid-telemetry.ts'
import { type LoadedModel, loadModel } from './load-model.ts'
import type { JobResult } from './task-queue.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'
import type { PictureAnswer, PictureJob, WorkerSettings } from './worker-protocol.ts'

export interface VisionOptions {
  manifestPath: string
  log: Log
  /** Threads; one less than there are cores, at least one. */
  workers?: number
  /** A picture of more pixels is refused. */
  maxPixels?: number
  /** Frames that may wait for a thread. */
  queueLimit?: number
  /** A frame that takes longer is refused, and its thread is left to itself and replaced. */
  frameTimeoutMs?: number
}

export interface VisionStatus {
  /** Threads that are ready. */
  workers: number
  busy: number
  queued: number
  analysed: number
  refused: number
  /** Id of the active model, null before the start. */
  model: string | null
}

/** Looks at frames, off the event loop. */
export interface Vision {
  /** Checks model and graph and starts the threads. Throws `model_invalid`, naming tensor and shape. */
  start(): Promise<void>
  /**
   * Looks at one stored JPEG; with a pose, detections get a position on the ground. A picture that can't be analysed is
   * a refused result. Throws `overloaded` when too many wait and `stopped` when vision is not running or stops before
   * the frame was done: then the frame is neither analysed nor refused and should be given again.
   */
  analyse(jpegPath: string, context?: PictureContext): Promise<AnalysisResult>
  /** Frames under way fail with `stopped`. May be called twice. */
  stop(): Promise<void>
  status(): VisionStatus
}

const DEFAULT_MAX_PIXELS = 100_000_000
const DEFAULT_QUEUE_LIMIT = 256
const DEFAULT_FRAME_TIMEOUT_MS = 60_000
const TRIES = 3

export function createVision(options: VisionOptions): Vision {
  let model: LoadedModel | null = null
  let pool: WorkerPool<PictureJob, PictureAnswer> | null = null
  let analysed = 0
  let refused = 0

  function count(result: AnalysisResult): AnalysisResult {
    if (result.state === 'analysed') analysed++
    else refused++
    return result
  }

  return {
    async start() {
      forbidTelemetry()
      model = await loadModel(options.manifestPath)
      pool = createPool(model, options)
      await pool.start()
      options.log.info({ model: model.id, ...pool.status() }, 'vision ready')
    },
    async analyse(jpegPath, context = {}) {
      if (!pool) throw new AppError('stopped', 'vision is not running')
      return count(toResult(await pool.run({ jpegPath, context })))
    },
    async stop() {
      await pool?.stop()
    },
    status: () => ({
      ...(pool?.status() ?? { workers: 0, busy: 0, queued: 0 }),
      analysed,
      refused,
      model: model?.id ?? null,
    }),
  }
}

function createPool(model: LoadedModel, options: VisionOptions): WorkerPool<PictureJob, PictureAnswer> {
  const workerData: WorkerSettings = { model, maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS }
  return createWorkerPool({
    script: compiledUrl('detectors/vision/worker.js'),
    workerData,
    size: options.workers ?? Math.max(1, availableParallelism() - 1),
    queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
    tries: TRIES,
    jobTimeoutMs: options.frameTimeoutMs ?? DEFAULT_FRAME_TIMEOUT_MS,
    log: options.log,
  })
}

function toResult(result: JobResult<PictureAnswer>): AnalysisResult {
  if ('gaveUp' in result) return { state: 'refused', reason: result.gaveUp }
  const { answer } = result
  if (answer.state === 'refused') return answer
  const { annotated } = answer
  if (!annotated) return { ...answer, annotated: null }
  return { ...answer, annotated: Buffer.from(annotated.buffer, annotated.byteOffset, annotated.byteLength) }
}
