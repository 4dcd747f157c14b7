import { AppError } from '../../core/errors.ts'
import { PICTURES } from '../drone/pictures.ts'
import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** The drone sees something, stops over it and takes pictures of it until the end. */
export function planSighting(entry: IncidentOf<'sighting'>, context: PlanContext): PlannedIncident {
  const drone = context.pick('drone')
  const objects = PICTURES[entry.picture]
  if (objects === undefined)
    throw new AppError('config_invalid', `no such picture: ${entry.picture}`, { known: Object.keys(PICTURES) })
  const { startMs, endMs } = context
  const truth = truthAt(context, drone, 'river')
  const alerts = objects.map(({ label, category }) => ({
    device: drone.id,
    category,
    label,
    fromMs: startMs,
    byMs: endMs,
  }))
  return {
    truth: { ...truth, ...context.droneAt(startMs), isIncident: objects.length > 0, alerts },
    effects: [],
    picture: entry.picture,
  }
}
