import type { AlertStepView } from '../../contract.ts'

/** More repeats than this are shown as their first and last. */
const MOST_UPDATES = 2

/** A condition that repeats for hours would bury what people did. */
export function foldUpdates(events: AlertStepView[]): AlertStepView[] {
  const updates = events.filter(({ type }) => type === 'alert.updated')
  if (updates.length <= MOST_UPDATES) return events
  const kept = new Set([updates[0], updates.at(-1)])
  return events.filter((event) => event.type !== 'alert.updated' || kept.has(event))
}
