import type { BeforeAfter, Finding, FindingChange, FindingQuery, VerdictWord } from './finding.ts'
import type { Page } from './page.ts'

/** A reviewer's word on one finding. */
export interface ReviewCommand {
  findingId: string
  word: VerdictWord
  /** Up to 2,000 characters. */
  note?: string
  /** How many verdicts the reviewer saw; `conflict` when there are others by now. */
  expectedVerdicts?: number
  /** The same key again from the same person on the same finding changes nothing. Up to 200 characters. */
  idempotencyKey?: string
}

/** What has been found, as those see it who look at it and judge it. */
export interface FindingDesk {
  /** Last seen first. */
  findings(query: FindingQuery): Page<Finding>
  finding(id: string): Finding | undefined
  /** The spot on the last two flights that looked at it. */
  beforeAfter(id: string): BeforeAfter | null
  /** Every finding that a reviewer had a word on and that is still remembered. */
  reviewed(): Finding[]
  /** Resolves with the finding as it stands then, once that is durable. Throws `not_found`, `conflict`, `bad_request`. */
  review(command: ReviewCommand, by: string): Promise<Finding>
  /** Called after each change. Returns a function that stops it. */
  onChange(listener: (finding: Finding, change: FindingChange) => void): () => void
}
