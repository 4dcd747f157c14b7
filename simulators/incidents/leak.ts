import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_DRIPS_PER_MIN = 400
/** A drop of tap water is a twentieth of a millilitre. */
const DROP_ML = 0.05
/** Water on a sealed floor spreads until it is as thick as surface tension holds it: 2 to 3 mm (order of magnitude). */
const FILM_MM = 2.5
const DEFAULT_DISTANCE_CM = 5

/** Radius of a puddle, cm, after `t` seconds of dripping onto a level floor: its volume over the film's thickness is a disc. */
export function puddleCm(t: number, dripsPerMin: number): number {
  const volumeCm3 = ((dripsPerMin * t) / 60) * DROP_ML
  return Math.sqrt(volumeCm3 / (Math.PI * (FILM_MM / 10)))
}

/** Seconds until the puddle reaches a sensor so many centimetres away. */
export function secondsToReach(distanceCm: number, dripsPerMin: number): number {
  return (Math.PI * (FILM_MM / 10) * distanceCm ** 2) / ((dripsPerMin / 60) * DROP_ML)
}

/** A pipe drips; the puddle grows until it reaches the sensor's contacts, and stays until somebody mops up. */
export function planLeak(entry: IncidentOf<'leak'>, context: PlanContext): PlannedIncident {
  const device = context.pick('water-leak')
  const { startMs, endMs } = context
  const wetS = secondsToReach(entry.distanceCm ?? DEFAULT_DISTANCE_CM, entry.dripsPerMin ?? DEFAULT_DRIPS_PER_MIN)
  return {
    truth: truthAt(context, device, 'water', wetS + device.reportEveryS),
    effects: [
      {
        deviceId: device.id,
        fromMs: Math.min(endMs, startMs + Math.round(wetS * 1000)),
        toMs: endMs,
        change: (metric, _atMs, value) => (metric === 'leak' ? 1 : value),
      },
    ],
  }
}
