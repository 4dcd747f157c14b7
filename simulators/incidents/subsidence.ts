import type { IncidentOf } from '../scenario.ts'
import { planCreep } from './creep.ts'
import type { PlanContext, PlannedIncident } from './incident.ts'

const DEFAULT_BY_MM = 25
/** The shipped rule waits 21 minutes above 5 mm; a sensor may begin below 0. */
const RULE = { limit: 6, patienceS: 1300 }

/** A corner of a house sinks: water washed out the ground, or somebody digs next door. */
export function planSubsidence(entry: IncidentOf<'subsidence'>, context: PlanContext): PlannedIncident {
  const by = entry.byMm ?? DEFAULT_BY_MM
  return planCreep({ type: 'settlement-gauge', metric: 'settle_mm', by, ...RULE }, context)
}
