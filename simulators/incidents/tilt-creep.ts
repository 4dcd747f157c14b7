import type { IncidentOf } from '../scenario.ts'
import { planCreep } from './creep.ts'
import type { PlanContext, PlannedIncident } from './incident.ts'

const DEFAULT_BY_MM_M = 12
/** The shipped rule waits 6 minutes above 3 mm/m. */
const RULE = { limit: 3, patienceS: 390 }

/** A wall leans ever faster. */
export function planTiltCreep(entry: IncidentOf<'tilt-creep'>, context: PlanContext): PlannedIncident {
  const by = entry.byMmM ?? DEFAULT_BY_MM_M
  return planCreep({ type: 'tilt-sensor', metric: 'tilt_mm_m', by, ...RULE }, context)
}
