import type { Finding, FindingChange, Verdict } from './finding.ts'
import type { PatrolPlan } from './patrol.ts'

/** A finding came up, went, came back or grew. Written once per change; what a flight sees more of the same is not. */
export interface FindingEvent {
  type: 'finding.changed'
  atMs: number
  change: Exclude<FindingChange, 'seen' | 'reviewed'>
  finding: Finding
  /** Position in the intake journal that caused it: a replay does not write it again. */
  seq: number
}

/** A person's word on a finding. */
export interface ReviewEvent {
  type: 'finding.reviewed'
  atMs: number
  by: string
  findingId: string
  verdict: Verdict
  /** Position in the intake journal after which it was said: a replay takes it in at the same place. */
  afterSeq: number
}

/** A planned route was made, changed or withdrawn; `afterSeq` as in `ReviewEvent`. */
export type PatrolPlanEvent =
  | { type: 'patrol.planned'; atMs: number; by: string; plan: PatrolPlan; afterSeq: number }
  | { type: 'patrol.withdrawn'; atMs: number; by: string; planId: string; afterSeq: number }
