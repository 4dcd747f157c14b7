import type { SuspicionQuery } from '../../core/house-desk.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { Page } from '../../core/page.ts'
import type { Suspicion, SuspicionNews } from '../../core/suspicion.ts'

/** What can be asked of what is thought of houses. */
export interface FusionQueries {
  /** What is thought of a house now; a quiet one has no evidence. Null for a house that is not in the register. */
  suspicionOf(building: string): Suspicion | null
  /** Houses of which something speaks, the most probable first. */
  ranking(query: SuspicionQuery): Page<Suspicion>
  /** What is likely, approved or confirmed, as news that says nothing new: for rules that have not heard of it. */
  present(): SuspicionNews[]
  /**
   * The level of each kind of which a house has one now, from 1, whatever it weighs: what a table is fitted by. Kinds that count only beside others
   * are absent where those are; none for a house that is not in the register.
   */
  levelsOf(building: string): Record<string, number>
  measurements(): Measurement[]
}
