import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { distanceBetweenM } from '../world.ts'
import { felt, REACH_M, type Works } from './felt-works.ts'
import type { Effect, PlanContext, PlannedIncident } from './incident.ts'
import { truthAt } from './incident.ts'

const DEFAULT_PPV_MM_S = 9

/**
 * Nobody filed a renovation, but somebody drills. The nearest vibration sensor must tell; others feel it weaker by distance.
 * What else stands in the house sees dust, noise, power and people; what stands next door hears and breathes some of it.
 */
export function planDrilling(entry: IncidentOf<'drilling'>, context: PlanContext): PlannedIncident {
  const source = context.pick('vibration-sensor')
  const works: Works = {
    startMs: context.startMs,
    endMs: context.endMs,
    peakMmS: entry.ppvMmS ?? DEFAULT_PPV_MM_S,
    bite: (atMs) => 0.8 + 0.2 * randomAt(0, context.id, atMs),
  }
  return {
    truth: truthAt(context, source, 'structure'),
    effects: context.fleet.flatMap((device): Effect[] => {
      const metres = device.place === source.place ? 0 : distanceBetweenM(device.position, source.position)
      const effect = metres < REACH_M ? felt(works, device, metres) : null
      return effect === null ? [] : [{ deviceId: device.id, ...effect }]
    }),
  }
}
