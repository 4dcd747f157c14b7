import type { SimulatedDevice } from '../fleet.ts'
import type { IncidentOf } from '../scenario.ts'
import { type Effect, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_INFLOW_LPS = 45
const DEFAULT_AREA_M2 = 2.5
/** Rim of the pit above its floor, m. */
const RIM_M = 2.4
/** A mobile pump empties the pit in this time, s. */
const PUMPING_S = 60

/** Water runs into a pit faster than its pump lifts it: the level rises by inflow over area, then is pumped down. */
export function planFlooding(entry: IncidentOf<'flooding'>, context: PlanContext): PlannedIncident {
  const device = context.pick('water-level')
  const pit = { inflowLps: entry.inflowLps ?? DEFAULT_INFLOW_LPS, areaM2: entry.areaM2 ?? DEFAULT_AREA_M2 }
  return { truth: truthAt(context, device, 'water'), effects: [fillPit(device, context, pit)] }
}

/** Rise of the water in a pit with straight walls, m, after `t` seconds: volume over area. */
export function pitRiseM(t: number, { inflowLps, areaM2 }: Inflow): number {
  return ((inflowLps / 1000) * t) / areaM2
}

/** What comes in and is not lifted, and the floor that it fills. */
export interface Inflow {
  inflowLps: number
  areaM2: number
}

/** The level of a pit that fills until the end and is pumped out then. */
export function fillPit({ id }: SimulatedDevice, { startMs, endMs }: PlanContext, inflow: Inflow): Effect {
  return {
    deviceId: id,
    fromMs: startMs,
    toMs: endMs + PUMPING_S * 1000,
    change(metric, atMs, value) {
      if (metric !== 'level_m') return value
      const added = pitRiseM((Math.min(atMs, endMs) - startMs) / 1000, inflow)
      const pumped = Math.max(0, 1 - Math.max(0, atMs - endMs) / (PUMPING_S * 1000))
      return Math.min(RIM_M, value + added * pumped)
    },
  }
}
