import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, silenceTruth } from './incident.ts'

/** A device loses power: its connection breaks without a goodbye and nothing comes until it is back. */
export function planSilent(entry: IncidentOf<'silent'>, context: PlanContext): PlannedIncident {
  const device = context.pick(entry.type ?? 'smoke-detector')
  return { truth: silenceTruth(context, device), effects: [], offAir: { deviceId: device.id } }
}
