import type { Log } from '../../core/log.ts'
import { compiledUrl } from '../../core/source-path.ts'
import type { ModelAbout, ModelInForce } from '../../core/vision-models.ts'
import type { AnalysisResult } from './analysis-result.ts'
import type { LoadedModel } from './load-model.ts'
import type { JobResult } from './task-queue.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'
import type { PictureAnswer, PictureJob, WorkerSettings } from './worker-protocol.ts'

export interface CrewOptions {
  workers: number
  /** Frames that may wait for a thread. */
  queueLimit: number
  maxPixels: number
  frameTimeoutMs: number
  isShadow: boolean
  log: Log
  nowMs: number
}

/** A model with the threads that look at frames with it. */
export interface Crew {
  model: LoadedModel
  pool: WorkerPool<PictureJob, PictureAnswer>
  about: ModelAbout
  sinceMs: number
}

const TRIES = 3

/** Starts a model's threads. Throws `model_invalid`, naming tensor and shape. */
export async function openCrew(model: LoadedModel, options: CrewOptions): Promise<Crew> {
  const { maxPixels, isShadow, log, nowMs } = options
  const workerData: WorkerSettings = { model, maxPixels, isShadow }
  const pool = createWorkerPool<PictureJob, PictureAnswer>({
    script: compiledUrl('detectors/vision/worker.js'),
    workerData,
    size: options.workers,
    queueLimit: options.queueLimit,
    tries: TRIES,
    jobTimeoutMs: options.frameTimeoutMs,
    log,
  })
  return { model, pool, about: await pool.start(), sinceMs: nowMs }
}

/** The same for those who ask which models look. */
export function describeCrew({ model, pool, about, sinceMs }: Crew): ModelInForce {
  const { id, sha256, classes, thresholds, licence, origin, note } = model
  const told = { id, sha256, classes, thresholds, licence, origin, ...(note !== undefined && { note }) }
  return { ...told, ...about, sinceMs, workers: pool.status().workers }
}

/** A worker's answer with its bytes as a Buffer again. */
export function toResult(result: JobResult<PictureAnswer>): AnalysisResult {
  if ('gaveUp' in result) return { state: 'refused', reason: result.gaveUp }
  const { answer } = result
  if (answer.state === 'refused') return answer
  const { annotated } = answer
  if (!annotated) return { ...answer, annotated: null }
  return { ...answer, annotated: Buffer.from(annotated.buffer, annotated.byteOffset, annotated.byteLength) }
}
