/** The stages that a message goes through, from its arrival to the other side of an output. */
export const PIPELINE_STAGES = [
  'intake',
  'latency',
  'queue',
  'refused',
  'inference',
  'delivery',
  'deadLetters',
  'storage',
] as const
export type PipelineStage = (typeof PIPELINE_STAGES)[number]

/** What the main number of each stage counts. */
export const PIPELINE_UNITS = {
  intake: 'messages/s',
  latency: 'ms',
  queue: 'messages',
  refused: '1/min',
  inference: 'frames/s',
  delivery: 'entries',
  deadLetters: 'events',
  storage: 'entries',
} as const satisfies Record<PipelineStage, string>

/** One stage now. Numbers are null where they are not known. */
export interface StageState {
  stage: PipelineStage
  value: number | null
  /** `warning`: look at it; `fault`: something does not work. */
  state: 'ok' | 'warning' | 'fault'
  /** The same number before, one per step, oldest first. */
  recent: (number | null)[]
  /** Further numbers, by name; `core/pipeline.ts` knows no others than `STAGE_FACTS`. */
  facts: Record<string, number | null>
}

export interface PipelineState {
  atMs: number
  stepMs: number
  stages: StageState[]
}

/** What the service counts, as it stands; those ending in `Total` only grow. */
export interface PipelineCounts {
  messagesTotal: number
  readingsTotal: number
  connections: number
  heldMessages: number
  /** Entries that wait for the disk. */
  journalPending: number
  refusedTotal: number
  framesAnalysedTotal: number
  framesRefusedTotal: number
  framesPending: number
  visionWorkers: number
  /** Ledger entries that the slowest of its kind is not done with; null where there is none. */
  subscriberLag: number | null
  outputLag: number | null
  outputsFailing: number
  deadLetters: number
  databaseLag: number
  databaseReady: boolean
  journalBytes: number
  diskFreeBytes: number | null
}

/** Names of the further numbers of each stage. */
export const STAGE_FACTS = {
  intake: ['readingsPerS', 'connections'],
  latency: ['p50Ms', 'maxMs'],
  queue: ['heldMessages', 'journalPending'],
  refused: ['refusedTotal'],
  inference: ['framesPending', 'framesRefusedTotal', 'workers'],
  delivery: ['subscriberLag', 'outputLag', 'outputsFailing'],
  deadLetters: [],
  storage: ['diskFreeBytes', 'journalBytes'],
} as const satisfies Record<PipelineStage, readonly string[]>
