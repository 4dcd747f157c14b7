import type { Finding } from '../../../core/finding.ts'
import type { Frame, FrameAnalysis } from '../../../core/observation.ts'
import type { Coverage } from '../../../core/patrol.ts'
import type { AnalysisResult } from '../../../detectors/vision/analysis-result.ts'
import type { FlightTruth } from '../../../simulators/patrol/flight-truth.ts'
import type { ObjectLabel } from '../../../simulators/patrol/ground-object.ts'
import type { PatrolOutcome, PatrolScore } from '../../../simulators/patrol/judge.ts'
import type { FlightOrder, Picture } from '../../../simulators/patrol/patrol-flight.ts'
import type { WorldFeature } from '../../../simulators/world/feature.ts'
import type { Faults } from './orders.mjs'

export interface Rehearsal {
  map: { features: WorldFeature[] }
  seed: number
  order: Pick<FlightOrder, 'startMs' | 'fromM' | 'toM' | 'heightM' | 'speedMS' | 'pitchDeg' | 'everyS' | 'camera'> & {
    exact?: boolean
    legs?: 1 | 2
  }
  faults: Faults[]
  counts?: Partial<Record<ObjectLabel, number>>
  analyse?: (jpegPath: string, frame: Frame) => Promise<AnalysisResult>
  onPicture?: (picture: Picture, analysis: FrameAnalysis, truth: FlightTruth) => void
}

export function rehearse(rehearsal: Rehearsal): Promise<{
  score: PatrolScore
  truths: FlightTruth[]
  findings: Finding[]
  changes: PatrolOutcome['changes']
  coverages: (Coverage | undefined)[]
}>
