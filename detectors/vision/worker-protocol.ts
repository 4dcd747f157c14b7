import type { ErrorCode } from '../../core/errors.ts'
import type { ModelAbout } from '../../core/vision-models.ts'
import type { PictureContext } from './analyse-picture.ts'
import type { AnalysisResult } from './analysis-result.ts'
import type { LoadedModel } from './load-model.ts'

/** What a worker is started with. */
export interface WorkerSettings {
  model: LoadedModel
  maxPixels: number
  /** Only compared: it waits when anybody else needs the core. */
  isShadow: boolean
}

/** One picture to look at. A worker is given the next one only after it answered. */
export interface PictureJob {
  jpegPath: string
  context: PictureContext
}

/** The annotated picture travels as plain bytes: a Buffer does not survive the crossing as one. */
export type PictureAnswer = Exclude<AnalysisResult, { state: 'analysed' }> | AnalysedAnswer
interface AnalysedAnswer extends Omit<Extract<AnalysisResult, { state: 'analysed' }>, 'annotated'> {
  annotated: Uint8Array | null
}

/** What a worker is told: a job, or to end once it has answered. */
export type WorkerOrder<Job> = { type: 'job'; job: Job } | { type: 'end' }

/** What a worker says: once whether it can work, then one answer per job. */
export type WorkerMessage<Answer> =
  | { type: 'ready'; about: ModelAbout }
  | { type: 'unfit'; code: ErrorCode; message: string; details: Record<string, unknown> }
  | { type: 'done'; answer: Answer }
  | { type: 'failed'; message: string }
