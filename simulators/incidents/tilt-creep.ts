import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_BY_MM_M = 12
/** Creep of a failing wall accelerates; a power of 1.5 is between steady creep and the last stage. */
const ACCELERATION = 1.5
/** The shipped rule waits 5 minutes above 3 mm/m. */
const LIMIT_MM_M = 3
const PATIENCE_S = 330

/** A wall leans ever faster; at the end it is propped and the sensor zeroed. */
export function planTiltCreep(entry: IncidentOf<'tilt-creep'>, context: PlanContext): PlannedIncident {
  const device = context.pick('tilt-sensor')
  const { startMs, endMs } = context
  const byMmM = entry.byMmM ?? DEFAULT_BY_MM_M
  return {
    truth: truthAt(context, device, 'structure', neededS(byMmM)),
    effects: [
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs,
        change(metric, atMs, value) {
          if (metric !== 'tilt_mm_m') return value
          return value + byMmM * ((atMs - startMs) / (endMs - startMs)) ** ACCELERATION
        },
      },
    ],
  }
}

/** How long the creep must take so that its end above the limit outlasts the rule's patience. */
function neededS(byMmM: number): number {
  if (byMmM <= LIMIT_MM_M) return Number.POSITIVE_INFINITY
  return PATIENCE_S / (1 - (LIMIT_MM_M / byMmM) ** (1 / ACCELERATION))
}
