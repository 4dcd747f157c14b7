import type { Detection } from '../../core/detection.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type Comparison, createComparison } from './compare-detections.ts'
import { type Crew, toResult } from './crew.ts'
import type { PictureJob } from './worker-protocol.ts'

/** What the shadow saw, or null: it failed, was late, or had too much to do. */
export type ShadowSight = { model: string; detections: Detection[] } | null

/** A second model that looks at the same frames, raises nothing, and never costs one. */
export interface Shadow {
  crew: Crew
  comparison: Comparison
  /** Begins to look. The answer takes what the active model saw, waits a little longer at most, and never rejects. */
  look(job: PictureJob): (active: readonly Detection[]) => Promise<ShadowSight>
}

export function createShadow(crew: Crew, options: { nowMs: number; graceMs: number; log: Log }): Shadow {
  const comparison = createComparison(options.nowMs)

  async function see(job: PictureJob): Promise<Detection[] | null> {
    try {
      const undrawn = { ...job, context: { ...job.context, undrawn: true } }
      const result = toResult(await crew.pool.run(undrawn))
      if (result.state === 'analysed') return result.detections
      comparison.count('failed')
    } catch (error) {
      if (error instanceof AppError && error.code === 'overloaded') comparison.count('skipped')
      else if (!(error instanceof AppError && error.code === 'stopped')) {
        comparison.count('failed')
        options.log.warn({ err: error, model: crew.model.id }, 'shadow model failed')
      }
    }
    return null
  }

  return {
    crew,
    comparison,
    look(job) {
      const seen = see(job)
      return async (active) => {
        const compared = seen.then((detections) => {
          if (detections) comparison.compare(active, detections)
          return detections
        })
        const detections = await within(options.graceMs, compared)
        if (detections === 'late') comparison.count('late')
        return detections === null || detections === 'late' ? null : { model: crew.model.id, detections }
      }
    },
  }
}

async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs)
  })
  const first = await Promise.race([promise, limit])
  clearTimeout(timer)
  return first
}
