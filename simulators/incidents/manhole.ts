import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** The shipped rule waits 10 s, for lorries. */
const PATIENCE_S = 12
/** Lifted and leaned against something, or on its back. */
const LIFTED_DEG = { least: 28, most: 85 }

/** Somebody takes a manhole cover off, or a lorry or the water lifts it; at the end it is put back. */
export function planManhole(_entry: IncidentOf<'manhole'>, context: PlanContext): PlannedIncident {
  const device = context.pick('manhole-cover')
  const { id, startMs, endMs, seed } = context
  const liftedDeg = LIFTED_DEG.least + (LIFTED_DEG.most - LIFTED_DEG.least) * randomAt(seed, id, 'lifted')
  return {
    truth: truthAt(context, device, 'safety', PATIENCE_S + 2 * device.reportEveryS),
    effects: [
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs,
        change: (metric, _atMs, value) => (metric === 'cover_tilt_deg' ? Math.max(value, liftedDeg) : value),
      },
    ],
  }
}
