import { readFileSync } from 'node:fs'
import { assetPath } from '../../core/source-path.ts'
import type { WorldFeature } from '../world/feature.ts'
import type { Camera } from './camera.ts'
import { type GroundObject, type PlacedObject, placeObject } from './ground-object.ts'
import { type GroundPicture, layObjects } from './ground-picture.ts'
import { openPatrolGround, type PatrolGround } from './patrol.ts'
import type { Picture } from './patrol-flight.ts'
import { shoot } from './shoot.ts'

/** One picture to be taken, as plain data. */
export interface PhotoOrder {
  camera: Camera
  picture: Picture
  /** What floats within its sight. */
  objects: GroundObject[]
}

/** Where pictures of the simulated river are drawn. */
export interface Studio {
  /** The JPEG as the drone stores it. The same order gives the same bytes. */
  shoot(order: PhotoOrder): Promise<Buffer>
  /** May be called twice. Orders under way fail. */
  close(): Promise<void>
}

export interface StudioOptions {
  /** GeoJSON; the shipped map when left out. */
  mapPath?: string
  seed: number
}

const KEPT_OBJECTS = 200

/** Draws in this very thread, half a second of it for each picture; opens nothing before the first. */
export function createStudio({ mapPath = assetPath('simulators/world/wenjin.geojson'), seed }: StudioOptions): Studio {
  let opening: Promise<PatrolGround> | undefined
  const placed = new Map<string, PlacedObject>()
  let last: { key: string; ground: GroundPicture } | undefined

  function open(): Promise<PatrolGround> {
    const map = JSON.parse(readFileSync(mapPath, 'utf8')) as { features: WorldFeature[] }
    return openPatrolGround(map, seed)
  }

  function place(ground: PatrolGround, object: GroundObject): PlacedObject {
    const key = JSON.stringify(object)
    const known = placed.get(key) ?? placeObject(object, ground.cutouts)
    placed.set(key, known)
    if (placed.size > KEPT_OBJECTS) placed.delete(placed.keys().next().value!)
    return known
  }

  /** Pictures that follow one another mostly show the same things. */
  function laid(ground: PatrolGround, objects: GroundObject[]): GroundPicture {
    const key = JSON.stringify(objects)
    if (last?.key !== key) {
      const all = objects.map((object) => place(ground, object))
      last = { key, ground: layObjects(ground.bare, all) }
    }
    return last.ground
  }

  return {
    async shoot({ camera, picture, objects }) {
      opening ??= open()
      const ground = await opening
      return shoot(laid(ground, objects), camera, ground.course.plane, picture)
    },
    async close() {},
  }
}
