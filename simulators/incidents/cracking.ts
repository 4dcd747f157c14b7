import type { IncidentOf } from '../scenario.ts'
import { planCreep } from './creep.ts'
import type { PlanContext, PlannedIncident } from './incident.ts'

const DEFAULT_BY_MM = 4
/** The shipped rule waits 21 minutes above 0.5 mm; a sensor in the shade begins below 0. */
const RULE = { limit: 0.8, patienceS: 1300 }

/** A crack opens ever faster: a foundation gives way, or somebody took out a wall that carried. */
export function planCracking(entry: IncidentOf<'cracking'>, context: PlanContext): PlannedIncident {
  const by = entry.byMm ?? DEFAULT_BY_MM
  return planCreep({ type: 'crack-gauge', metric: 'crack_mm', by, ...RULE }, context)
}
