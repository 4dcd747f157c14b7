import type { PatrolPlan, Waypoint } from '../../core/patrol.ts'
import type { Course } from './course.ts'
import type { ChainageSpan } from './flight-path.ts'

const WAYPOINT_EVERY_M = 50

/** The route as somebody would file it: waypoints along the middle of the river, each with its reach. */
export function planOf(
  course: Course,
  { fromM, toM, heightM }: ChainageSpan & { heightM: number },
): Pick<PatrolPlan, 'name' | 'waypoints'> {
  const count = Math.ceil((toM - fromM) / WAYPOINT_EVERY_M)
  const alongs = Array.from({ length: count + 1 }, (_, i) => Math.min(toM, fromM + i * WAYPOINT_EVERY_M))
  const reachAt = (alongM: number) => course.reaches.find((reach) => reach.fromM <= alongM && alongM < reach.toM)?.id
  const waypoints = alongs.map((alongM): Waypoint => {
    const reach = reachAt(alongM)
    return { position: course.plane.toPosition(course.at(alongM)), heightM, ...(reach !== undefined && { reach }) }
  })
  // A reach with one waypoint would stand for all of it.
  const once = (reach: string | undefined) => waypoints.filter((point) => point.reach === reach).length === 1
  const shown = waypoints.map(({ reach, ...point }) =>
    reach === undefined || once(reach) ? point : { ...point, reach },
  )
  return { name: `${course.name}巡查`, waypoints: shown }
}
