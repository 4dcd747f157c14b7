import type { Category } from '../../core/category.ts'
import { AppError } from '../../core/errors.ts'
import { PICTURES } from '../drone/pictures.ts'
import type { ObjectLabel } from '../patrol/ground-object.ts'
import { visitorsAt } from '../patrol/shift.ts'
import type { IncidentOf } from '../scenario.ts'
import { type ExpectedAlert, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/**
 * On a patrol: something is on the water where the drone comes past in the middle of the time. Without one: the drone
 * sees something, stops over it and takes pictures of it until the end.
 */
export function planSighting(entry: IncidentOf<'sighting'>, context: PlanContext): PlannedIncident {
  return entry.shows === undefined ? planHover(entry.picture, context) : planVisit(entry.shows, context)
}

/** Somebody tips sacks and boxes into the river. */
export function planDumping(entry: IncidentOf<'dumping'>, context: PlanContext): PlannedIncident {
  const { picture = 'river-debris.jpg' } = entry
  return context.hasPatrol ? planVisit(['debris', 'debris', 'debris'], context) : planHover(picture, context)
}

/** Somebody swims where nobody should. */
export function planSwimmer(entry: IncidentOf<'swimmer'>, context: PlanContext): PlannedIncident {
  const { picture = 'pond-dummy-cone.jpg' } = entry
  return context.hasPatrol ? planVisit(['person'], context) : planHover(picture, context)
}

function planVisit(shows: readonly ObjectLabel[], context: PlanContext): PlannedIncident {
  const { id, seed, course, startMs, endMs } = context
  const drone = context.pick('drone')
  const { alongM, isFlying, ...spot } = context.droneAt((startMs + endMs) / 2)
  const labels = [...new Set(shows)]
  const alerts = isFlying ? labels.map((label) => toAlert(context, drone.id, label, categoryOf(label))) : []
  return {
    truth: { ...truthAt(context, drone, 'river'), ...spot, alerts },
    effects: [],
    afloat: visitorsAt({ course, alongM, seed, id }, shows),
  }
}

/** What the shipped rules raise for a class. */
export function categoryOf(label: string): Category {
  return label === 'person' ? 'safety' : 'river'
}

function planHover(picture: string | undefined, context: PlanContext): PlannedIncident {
  const drone = context.pick('drone')
  const objects = PICTURES[picture ?? '']
  if (objects === undefined)
    throw new AppError('config_invalid', `no such picture: ${picture}`, { known: Object.keys(PICTURES) })
  const { place, position } = context.droneAt(context.startMs)
  const alerts = objects.map(({ label, category }) => toAlert(context, drone.id, label, category))
  return {
    truth: { ...truthAt(context, drone, 'river'), place, position, isIncident: objects.length > 0, alerts },
    effects: [],
    picture: picture!,
  }
}

function toAlert({ startMs, endMs }: PlanContext, device: string, label: string, category: Category): ExpectedAlert {
  return { device, category, label, fromMs: startMs, byMs: endMs }
}
