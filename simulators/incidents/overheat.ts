import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'
import { settlingEffect } from './settling.ts'

const DEFAULT_RISE_C = 55

/** A loose clamp heats a switch room towards a new balance (Newton's law), until the circuit is cut. */
export function planOverheat(entry: IncidentOf<'overheat'>, context: PlanContext): PlannedIncident {
  const device = context.pick('thermometer')
  return {
    truth: truthAt(context, device, 'fire'),
    effects: [settlingEffect(context, device.id, { temp_c: entry.riseC ?? DEFAULT_RISE_C })],
  }
}
