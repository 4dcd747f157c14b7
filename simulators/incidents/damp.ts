import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'
import { settlingEffect } from './settling.ts'

const DEFAULT_RISE_PCT = 32
/** The shipped rule waits 30 minutes above 80 %RH, which is reached after a sixth of the rise. */
const NEEDS_S = 2400
/** Moisture that timber takes up per percent of humidity, here where both are compressed into minutes. */
const TIMBER_SHARE = 0.3

/** Rain comes through an old roof: the air saturates and the beams follow. */
export function planDamp(entry: IncidentOf<'damp'>, context: PlanContext): PlannedIncident {
  const device = context.pick('hygrometer')
  const rh_pct = entry.risePct ?? DEFAULT_RISE_PCT
  return {
    truth: truthAt(context, device, 'climate', NEEDS_S),
    effects: [settlingEffect(context, device.id, { rh_pct, moisture_pct: rh_pct * TIMBER_SHARE })],
  }
}
