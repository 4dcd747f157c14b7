import { randomAt } from '../random.ts'
import type { Course } from './course.ts'
import { CUTOUTS } from './cutouts.ts'
import { type GroundObject, moved, type ObjectLabel } from './ground-object.ts'
import { distanceM, type Ground } from './plane.ts'

/** What becomes of an object until the next flight. */
export type Fate = 'stays' | 'goes' | 'grows' | 'comes'

/** An object with its fate; `comes`: the first flight does not see it. */
export interface SceneObject {
  object: GroundObject
  fate: Fate
}

export interface SceneOptions {
  course: Course
  seed: number
  fromM: number
  toM: number
  /** How many of each; 40 along a kilometre and a half when left out. */
  counts?: Partial<Record<ObjectLabel, number>>
}

const COUNTS: Record<ObjectLabel, number> = { debris: 16, algae: 8, plume: 5, boat: 7, person: 4 }
/** Shortest and longest, metres. Pieces of litter are larger than life: rafts and sheets of it, not bottles. */
const LENGTHS_M: Record<ObjectLabel, readonly [number, number]> = {
  debris: [1.2, 2.6],
  algae: [3.5, 8],
  plume: [7, 11],
  boat: [6, 9],
  person: [1.6, 1.85],
}
/** What grows is this much longer a week later: nearly twice the area. */
const GROWTH = 1.4
/** No two objects are nearer to each other, besides their own sizes. */
const APART_M = 9
const TRIES = 200
/** Half the width of water that is surely free of the banks. */
const CLEAR_M = 11

/** Objects at random places of a stretch of river. Same options, same objects. */
export function createScene(options: SceneOptions): SceneObject[] {
  const scene: SceneObject[] = []
  for (const label of Object.keys(COUNTS) as ObjectLabel[]) {
    const count = options.counts?.[label] ?? COUNTS[label]
    for (let i = 0; i < count; i++) {
      const fate = fateOf(label, i, options.seed)
      const object = drawObject(options, label, i, scene, fate)
      if (object !== null) scene.push({ object, fate })
    }
  }
  return scene
}

/** What floats there on a flight: the first (0) or the one a week later (1). */
export function objectsOn(scene: readonly SceneObject[], flight: 0 | 1): GroundObject[] {
  return scene
    .filter(({ fate }) => fate !== (flight === 0 ? 'comes' : 'goes'))
    .map(({ object, fate }) =>
      flight === 1 && fate === 'grows' ? { ...object, lengthM: object.lengthM * GROWTH } : object,
    )
}

function fateOf(label: ObjectLabel, i: number, seed: number): Fate {
  const fates: Fate[] =
    label === 'algae' || label === 'plume' ? ['grows', 'stays', 'goes', 'comes'] : ['stays', 'goes', 'comes']
  return fates[(i + Math.floor(randomAt(seed, 'fate', label) * fates.length)) % fates.length]!
}

/** Null where all is taken. */
function drawObject(
  options: SceneOptions,
  label: ObjectLabel,
  i: number,
  others: readonly SceneObject[],
  fate: Fate,
): GroundObject | null {
  const { seed } = options
  const random = (what: string) => randomAt(seed, what, label, i)
  const [least, most] = LENGTHS_M[label]
  const lengthM = least + (most - least) * random('length')
  const fullM = fate === 'grows' ? lengthM * GROWTH : lengthM
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const spot = drawSpot(options, label, i, attempt, fullM)
    const isFree = others.every(
      ({ object }) => distanceM(object, spot) > APART_M + (fullM + object.lengthM * GROWTH) / 2,
    )
    if (!isFree) continue
    const grows = fate === 'grows' ? { grows: true as const } : {}
    return { id: `${label}-${i + 1}`, label, looks: looksOf(label, i, seed), lengthM, ...spot, ...grows }
  }
  return null
}

/** A plume begins at a bank and is carried downstream; everything else lies anywhere. */
function drawSpot(
  { course, seed, fromM, toM }: SceneOptions,
  label: ObjectLabel,
  i: number,
  attempt: number,
  lengthM: number,
): Ground & { headingDeg: number } {
  const random = (what: string) => randomAt(seed, what, label, i, attempt)
  const alongM = fromM + (toM - fromM) * random('along')
  if (label !== 'plume') {
    const offsetM = (CLEAR_M - lengthM / 2) * (2 * random('across') - 1)
    const { eastM, northM } = course.at(alongM, offsetM)
    return { eastM, northM, headingDeg: 360 * random('heading') }
  }
  const side = random('side') < 0.5 ? 1 : -1
  const { headingDeg: downstreamDeg, ...outlet } = course.at(alongM, side * (CLEAR_M + 2))
  const headingDeg = (downstreamDeg + side * (35 + 25 * random('heading')) + 360) % 360
  return { ...moved(outlet, headingDeg, lengthM / 2), headingDeg }
}

function looksOf(label: ObjectLabel, i: number, seed: number): GroundObject['looks'] {
  const pick = Math.floor(randomAt(seed, 'looks', label, i) * 1000)
  if (label === 'algae' || label === 'plume') return { drawn: label, seed: pick }
  const names = CUTOUTS[label]
  return names[pick % names.length]!
}
