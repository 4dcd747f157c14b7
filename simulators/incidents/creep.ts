import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** What creeps, how far, and when the shipped rule must have said so. */
export interface Creep {
  type: string
  metric: string
  /** Added by the end, in the metric's unit. */
  by: number
  /** The shipped rule's mildest limit and how long it waits beyond it. */
  limit: number
  patienceS: number
}

/** Creep of failing fabric accelerates; a power of 1.5 is between steady creep and the last stage. */
const ACCELERATION = 1.5

/** Something gives way ever faster; at the end it is propped and the sensor zeroed. */
export function planCreep(creep: Creep, context: PlanContext): PlannedIncident {
  const device = context.pick(creep.type)
  const { startMs, endMs } = context
  return {
    truth: truthAt(context, device, 'structure', neededS(creep)),
    effects: [
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs,
        change(metric, atMs, value) {
          if (metric !== creep.metric) return value
          return value + creep.by * ((atMs - startMs) / (endMs - startMs)) ** ACCELERATION
        },
      },
    ],
  }
}

/** How long the creep must take so that its end above the limit outlasts the rule's patience. */
function neededS({ by, limit, patienceS }: Creep): number {
  if (by <= limit) return Number.POSITIVE_INFINITY
  return patienceS / (1 - (limit / by) ** (1 / ACCELERATION))
}
