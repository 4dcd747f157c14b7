import type { AlertView } from '../../contract.ts'
import type { LiveState } from './live-state.ts'
import { alertsOf } from './queue-lines.ts'
import type { QueueView } from './queue-view.ts'

/** What an act is for: the picked alerts, or the selected one, or those of the selected group. */
export function targetsOf({ picked, alerts, selectedId }: LiveState, { lines }: Pick<QueueView, 'lines'>): AlertView[] {
  if (picked.size > 0) return [...picked].flatMap((id) => alerts.get(id) ?? [])
  const one = selectedId === null ? undefined : alerts.get(selectedId)
  if (one !== undefined) return [one]
  const line = lines.find(({ id }) => id === selectedId)
  return line === undefined ? [] : alertsOf(line)
}
