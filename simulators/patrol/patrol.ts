import type { WorldFeature } from '../world/feature.ts'
import { type Course, createCourse } from './course.ts'
import { loadCutouts } from './cutouts.ts'
import { type FlightTruth, truthOf } from './flight-truth.ts'
import { type GroundObject, placeObject } from './ground-object.ts'
import { createBareGround, type GroundPicture, layObjects } from './ground-picture.ts'
import type { FlightOrder, Picture } from './patrol-flight.ts'
import { shoot } from './shoot.ts'
import type { Sprite } from './sprite.ts'
import { loadTextures } from './texture.ts'

/** A river to patrol, with everything that is needed to photograph it. */
export interface PatrolGround {
  course: Course
  bare: GroundPicture
  cutouts: ReadonlyMap<string, Sprite>
}

/** A flight with its truth, and its pictures where they are asked for. */
export interface PatrolFlight {
  truth: FlightTruth
  /** The JPEG as the drone stores it; drawn on each call, half a second of one core. */
  shoot(picture: Picture): Promise<Buffer>
}

/** Reads cut-outs and textures; the map as GeoJSON. */
export async function openPatrolGround(map: { features: WorldFeature[] }, seed: number): Promise<PatrolGround> {
  const [textures, cutouts] = await Promise.all([loadTextures(), loadCutouts()])
  const course = createCourse(map)
  return { course, bare: createBareGround({ course, textures, seed }), cutouts }
}

export function createPatrolFlight(
  ground: PatrolGround,
  order: FlightOrder,
  objects: readonly GroundObject[],
): PatrolFlight {
  const placed = objects.map((object) => placeObject(object, ground.cutouts))
  const truth = truthOf(order, placed)
  const picture = layObjects(ground.bare, placed)
  return { truth, shoot: (taken) => shoot(picture, order.camera, ground.course.plane, taken) }
}
