import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** A slow drip needs this long to bridge the sensor's contacts, s. */
const WETTING_S = 2

/** A pipe drips onto the sensor's contacts until somebody mops up. */
export function planLeak(_entry: IncidentOf<'leak'>, context: PlanContext): PlannedIncident {
  const device = context.pick('water-leak')
  return {
    truth: truthAt(context, device, 'water'),
    effects: [
      {
        deviceId: device.id,
        fromMs: context.startMs + WETTING_S * 1000,
        toMs: context.endMs,
        change: (metric, _atMs, value) => (metric === 'leak' ? 1 : value),
      },
    ],
  }
}
