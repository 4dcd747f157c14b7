import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { distanceBetweenM } from '../world.ts'
import type { Effect, PlanContext, PlannedIncident } from './incident.ts'
import { truthAt } from './incident.ts'

const DEFAULT_PPV_MM_S = 9
/** From the drill to the nearest sensor, m. */
const NEAREST_M = 3
const REACH_M = 70
/** Exponent of attenuation through soil and masonry: PPV = PPVref (Dref/D)^n, n = 1.1 (Caltrans 2020, table 18-19). */
const ATTENUATION = 1.1
/** A hammer drill runs in bursts: 12 s of work, 4 s of rest. */
const BURST_S = 12
const REST_S = 4
/** A hammer drill excites masonry at some tens of hertz. */
const DRILL_HZ = 42

/** Nobody filed a renovation, but somebody drills. The nearest sensor must tell; others feel it weaker by distance. */
export function planDrilling(entry: IncidentOf<'drilling'>, context: PlanContext): PlannedIncident {
  const source = context.pick('vibration-sensor')
  const peakMmS = entry.ppvMmS ?? DEFAULT_PPV_MM_S
  const felt = context.fleet
    .filter((device) => device.type === 'vibration-sensor')
    .map((device) => ({ device, metres: distanceBetweenM(device.position, source.position) }))
    .filter(({ metres }) => metres < REACH_M)
  return {
    truth: truthAt(context, source, 'structure'),
    effects: felt.map(({ device, metres }) => {
      const share = (NEAREST_M / (NEAREST_M + metres)) ** ATTENUATION
      return toEffect(context, device.id, peakMmS * share)
    }),
  }
}

function toEffect(context: PlanContext, deviceId: string, peakMmS: number): Effect {
  const { startMs, endMs } = context
  return {
    deviceId,
    fromMs: startMs,
    toMs: endMs,
    change(metric, atMs, value) {
      const cycleS = ((atMs - startMs) / 1000) % (BURST_S + REST_S)
      if (cycleS >= BURST_S) return value
      const bite = 0.8 + 0.2 * randomAt(0, context.id, atMs)
      if (metric === 'ppv_mm_s') return Math.max(value, peakMmS * bite)
      return metric === 'freq_hz' ? DRILL_HZ + 6 * (bite - 0.9) : value
    },
  }
}
