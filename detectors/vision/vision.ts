import { availableParallelism } from 'node:os'
import { type Clock, systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { ModelDesk } from '../../core/vision-models.ts'
import type { FileWatch } from '../watch-files.ts'
import type { PictureContext } from './analyse-picture.ts'
import type { AnalysedPicture, RefusedPicture } from './analysis-result.ts'
import { describeCrew, toResult } from './crew.ts'
import { forbidTelemetry } from './forbid-telemetry.ts'
import { createModelsInForce, type InForce, type ModelsInForce } from './models-in-force.ts'
import type { ShadowSight } from './shadow.ts'
import { readManifestFiles, watchManifest } from './watch-manifest.ts'

export interface VisionOptions {
  manifestPath: string
  log: Log
  clock?: Clock
  /** Threads; one less than there are cores, at least one. A shadow has half as many besides. */
  workers?: number
  /** A picture of more pixels is refused. */
  maxPixels?: number
  /** Frames that may wait for a thread. */
  queueLimit?: number
  /** A frame that takes longer is refused, and its thread is left to itself and replaced. */
  frameTimeoutMs?: number
  /** How much longer than the active model a shadow may take for its answer to go with the frame's. */
  shadowGraceMs?: number
  /** Follow changes of the manifest and of the files it names. */
  follows?: boolean
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
  /** Why the manifest as it lies there is not in force, or null. */
  fault: string | null
}

/** What a frame shows, and the one model that says so. */
export type FrameSight =
  | (AnalysedPicture & { shadow?: NonNullable<ShadowSight> })
  | (RefusedPicture & { model: string })

/** Looks at frames, off the event loop. */
export interface Vision extends Pick<ModelDesk, 'report' | 'reload'> {
  /**
   * Checks model and graph and starts the threads. Throws `model_invalid`, naming tensor and shape. A shadow that does
   * not open is told (`fault`) and left out.
   */
  start(): Promise<void>
  /**
   * Looks at one stored JPEG; with a pose, detections get a position on the ground. A picture that can't be analysed is
   * a refused result. Throws `overloaded` when too many wait and `stopped` when vision is not running or stops before
   * the frame was done: then the frame is neither analysed nor refused and should be given again.
   */
  analyse(jpegPath: string, context?: PictureContext): Promise<FrameSight>
  /** Frames under way fail with `stopped`. May be called twice. */
  stop(): Promise<void>
  status(): VisionStatus
}

const DEFAULT_MAX_PIXELS = 100_000_000
const DEFAULT_QUEUE_LIMIT = 256
const DEFAULT_FRAME_TIMEOUT_MS = 60_000
const DEFAULT_SHADOW_GRACE_MS = 2_000
export function createVision(options: VisionOptions): Vision {
  const { manifestPath } = options
  const models = createModelsInForce({
    manifestPath,
    workers: options.workers ?? Math.max(1, availableParallelism() - 1),
    queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
    maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS,
    frameTimeoutMs: options.frameTimeoutMs ?? DEFAULT_FRAME_TIMEOUT_MS,
    shadowGraceMs: options.shadowGraceMs ?? DEFAULT_SHADOW_GRACE_MS,
    clock: options.clock ?? systemClock,
    log: options.log,
  })
  let watch: FileWatch | undefined
  let analysed = 0
  let refused = 0

  function count(sight: FrameSight): FrameSight {
    if (sight.state === 'analysed') analysed++
    else refused++
    return sight
  }

  return {
    async start() {
      forbidTelemetry()
      const known = await readManifestFiles(manifestPath)
      await models.start()
      if (!options.follows) return
      watch = watchManifest(manifestPath, () => void models.reload().catch(() => {}), { known })
      await watch.start()
    },
    async analyse(jpegPath, context = {}) {
      const { active, shadow } = running(models)
      const job = { jpegPath, context }
      const first = active.pool.run(job)
      const second = shadow?.look(job)
      const result = toResult(await first)
      if (result.state === 'refused') return count({ ...result, model: active.model.id })
      const seen = await second?.(result.detections)
      return count({ ...result, ...(seen && { shadow: seen }) })
    },
    reload: models.reload,
    report() {
      const { active, shadow } = running(models)
      return {
        active: describeCrew(active),
        shadow: shadow && describeCrew(shadow.crew),
        comparison: shadow?.comparison.read() ?? null,
        fault: models.fault(),
      }
    },
    async stop() {
      watch?.stop()
      await models.stop()
    },
    status() {
      const active = models.current()?.active
      const pool = active?.pool.status() ?? { workers: 0, busy: 0, queued: 0 }
      return { ...pool, analysed, refused, model: active?.model.id ?? null, fault: models.fault() }
    },
  }
}

function running(models: ModelsInForce): InForce {
  const inForce = models.current()
  if (!inForce) throw new AppError('stopped', 'vision is not running')
  return inForce
}
