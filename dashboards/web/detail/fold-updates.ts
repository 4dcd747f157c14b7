import type { AlertStepView } from '../../contract.ts'

/** More repeats than this are shown as their first and last. */
const MOST_UPDATES = 2

/** A condition that repeats for hours would bury what people did. */
export function foldUpdates(events: AlertStepView[]): AlertStepView[] {
  const updates = events.filter(({ type, by }) => type === 'alert.updated' && by === undefined)
  if (updates.length <= MOST_UPDATES) return events
  const folded = new Set(updates.slice(1, -1))
  return events.filter((event) => !folded.has(event))
}
