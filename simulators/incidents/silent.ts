import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const LIFE_SAFETY = new Set(['smoke-detector', 'gas-detector'])
/** On top of the shipped rules' limits of silence: three readings, and two or five minutes at the least. */
const MARGIN_S = 20

/** A device loses power: its connection breaks without a goodbye and nothing comes until it is back. */
export function planSilent(entry: IncidentOf<'silent'>, context: PlanContext): PlannedIncident {
  const device = context.pick(entry.type ?? 'smoke-detector')
  const needsS = Math.max(3 * device.reportEveryS, LIFE_SAFETY.has(device.type) ? 120 : 300) + MARGIN_S
  return { truth: truthAt(context, device, 'device', needsS), effects: [], offAir: { deviceId: device.id } }
}
