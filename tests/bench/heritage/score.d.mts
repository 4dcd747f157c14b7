import type { Evidence, SuspicionState } from '../../../core/suspicion.ts'
import type { Story } from '../../../simulators/quarter/years/story.ts'

export interface PlayedWarning {
  seed: number
  house: number
  atMs: number
  untilMs: number
  probability: number
  evidence: Pick<Evidence, 'kind' | 'weight'>[]
}

export interface DayEnd {
  seed: number
  house: number
  day: number
  probability: number
  state: SuspicionState
  isTrue: boolean
}

export interface PlayedLane {
  seed: number
  stories: Story[]
  watched: number[]
  warnings: PlayedWarning[]
  dayEnds: DayEnd[]
}

export interface Share {
  share: number | null
  low: number
  high: number
}

export interface CountedShare extends Share {
  hits: number
  all: number
}

export interface Bin {
  from: number
  to: number
  days: number
  said: number | null
  was: number | null
}

export interface Reliability {
  bins: Bin[]
  days: number
  brier: number
  error: number
  raised: number
}

export interface Score {
  houseYears: number
  works: { id: string; fate: 'early' | 'late' | 'missed' | 'known'; leadH: number }[]
  recall: CountedShare
  careful: CountedShare
  others: CountedShare
  precision: CountedShare
  late: number
  missed: { id: string }[]
  known: number
  falseByStory: Record<string, number>
  falsePerHouseYear: number
  leadHours: (number | null)[]
  byRecordsAlone: number
  reliability: Reliability
}

export function wilson(hits: number, all: number): Share
export function quantile(values: number[], share: number): number | null
export function scoreLanes(
  lanes: PlayedLane[],
  isUnfiled: (stories: readonly Story[], house: number, atMs: number, graceMs?: number) => boolean,
): Score
export function reliabilityOf(dayEnds: DayEnd[]): Reliability
