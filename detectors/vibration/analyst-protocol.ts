import type { Sample } from '../../core/observation.ts'
import type { VibrationFeatures, WaveformHead } from '../../core/vibration.ts'
import type { EarlierWord } from './classify.ts'

/** One stored block to look at. */
export interface WaveformJob {
  path: string
  head: WaveformHead
  earlier: readonly EarlierWord[]
}

/** What became of it; refused is what can't be helped by trying again. */
export type WaveformAnswer =
  | { state: 'analysed'; samples: Sample[]; features: VibrationFeatures }
  | { state: 'refused'; reason: string }
  | { state: 'failed'; message: string }
