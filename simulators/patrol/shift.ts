import type { Position } from '../../core/place.ts'
import type { FlightState } from '../drone/flight.ts'
import { randomAt } from '../random.ts'
import type { Course } from './course.ts'
import { CUTOUTS } from './cutouts.ts'
import { believed, type FlightPath, flightMs, pathAt } from './flight-path.ts'
import type { GroundObject, ObjectLabel } from './ground-object.ts'
import { type FlightFaults, type FlightOrder, PATROL_CAMERA, type Picture, picturesOf } from './patrol-flight.ts'
import { distanceM } from './plane.ts'
import { createScene, objectsOn, type SceneObject } from './scene.ts'
import { toFlightState } from './shoot.ts'
import type { PhotoOrder } from './studio.ts'
import { drainedBy, gustAt, shakenBy, type Wind, windOf } from './wind.ts'

/** What a drone does all day: the same patrol again and again, with a rest between flights. */
export interface ShiftOptions {
  course: Course
  seed: number
  /** Take-off of the first flight, ms. */
  startMs: number
  fromM: number
  toM: number
  heightM: number
  speedMS: number
  everyS: number
  restS: number
}

/** One flight of the shift. */
export interface ShiftFlight {
  /** From 0. */
  index: number
  order: FlightOrder
  startMs: number
  endMs: number
}

/** One picture of a flight, when it arrives. */
export interface Photo {
  atMs: number
  order: PhotoOrder
}

/** A shift is a pure function of time. */
export interface Shift {
  /** Flights that touch a time, oldest first. */
  flights(fromMs: number, toMs: number): ShiftFlight[]
  /** What the drone says of itself. */
  toldAt(atMs: number): FlightState
  /** Over ground, m/s. */
  speedAt(atMs: number): number
  /** What it feels of the wind. */
  windAt(atMs: number): Wind
  /** Where it really is. */
  at(atMs: number): { position: Position; alongM: number; isFlying: boolean }
  /** Pictures that arrive with `fromMs` ≤ time < `toMs`; `visitorsAt`: what else is on the water at a moment. */
  photos(fromMs: number, toMs: number, visitorsAt?: (atMs: number) => GroundObject[]): Photo[]
  /** What lies on the water for the whole of a flight. */
  objects(index: number): GroundObject[]
}

/** A few pictures come late, blurred or never. */
const FAULTS: FlightFaults = { lost: 0.02, late: 0.04, smeared: 0.03, unphotographed: [], turnedLeg: false }
/** What comes later than this after landing is not waited for. */
const LATEST_MS = 300_000
const KEPT_FLIGHTS = 4
const COUNTS = { debris: 7, algae: 4, plume: 2, boat: 3, person: 0 }
/** Farther from the middle of a picture than this nothing is in it. */
const SIGHT_M = 100
const PITCH_DEG = -88
const FULL_PCT = 98
const PCT_PER_MINUTE = 3.2

export function createShift(options: ShiftOptions): Shift {
  const { course, seed, startMs, fromM, toM } = options
  const scene = createScene({ course, seed, fromM: fromM + 20, toM: toM - 20, counts: COUNTS })
  const first = orderOf(options, 0)
  const cycleMs = Math.round(flightMs(first)) + options.restS * 1000
  const flightOf = (index: number): ShiftFlight => {
    const order = orderOf(options, startMs + index * cycleMs)
    return { index, order, startMs: order.startMs, endMs: order.startMs + flightMs(order) }
  }
  const kept = new Map<number, Picture[]>()
  const picturesOfFlight = ({ index, order }: ShiftFlight): Picture[] => {
    const pictures = kept.get(index) ?? picturesOf(order)
    kept.set(index, pictures)
    if (kept.size > KEPT_FLIGHTS) kept.delete(Math.min(...kept.keys()))
    return pictures
  }
  const indexAt = (atMs: number) => Math.max(0, Math.floor((atMs - startMs) / cycleMs))
  const nowAt = (atMs: number) => {
    const flight = flightOf(indexAt(atMs))
    return { flight, isFlying: atMs >= startMs && atMs < flight.endMs }
  }

  function flights(sinceMs: number, untilMs: number): ShiftFlight[] {
    const [from, to] = [indexAt(sinceMs), indexAt(untilMs)]
    return Array.from({ length: to - from + 1 }, (_, i) => flightOf(from + i))
  }

  return {
    flights,
    objects: (index) => floating(scene, index),
    at(atMs) {
      const { flight, isFlying } = nowAt(atMs)
      const { alongM, pose } = pathAt(flight.order, atMs)
      return { position: course.plane.toPosition(pose), alongM, isFlying }
    },
    speedAt: (atMs) => (nowAt(atMs).isFlying ? options.speedMS : 0),
    windAt(atMs) {
      const { flight } = nowAt(atMs)
      return gustAt(windOf(seed, flight.startMs), seed, atMs)
    },
    toldAt(atMs) {
      const { flight, isFlying } = nowAt(atMs)
      return toldOf(flight, atMs, isFlying)
    },
    photos: (sinceMs, untilMs, visitorsAt = () => []) =>
      flights(sinceMs - LATEST_MS, untilMs)
        .flatMap((flight) => picturesOfFlight(flight).map((picture) => ({ flight, picture })))
        .filter(({ picture: { arrivesMs } }) => arrivesMs !== null && sinceMs <= arrivesMs && arrivesMs < untilMs)
        .map(({ flight, picture }) => {
          const all = [...floating(scene, flight.index), ...visitorsAt(picture.takenMs)]
          const objects = all.filter((object) => distanceM(object, picture.pose) < SIGHT_M)
          return { atMs: picture.arrivesMs!, order: { camera: flight.order.camera, picture, objects } }
        }),
  }
}

/** Every other flight finds the river as it was a week later. */
function floating(scene: readonly SceneObject[], index: number): GroundObject[] {
  return objectsOn(scene, index % 2 === 0 ? 0 : 1)
}

function orderOf(options: ShiftOptions, startMs: number): FlightOrder {
  const { course, seed, fromM, toM, heightM, speedMS, everyS } = options
  const path: FlightPath = {
    ...{ course, seed, startMs, fromM, toM, legs: 2, heightM, speedMS },
    ...{ pitchDeg: PITCH_DEG, detours: [], shaken: shakenBy(windOf(seed, startMs)) },
  }
  return { ...path, flightId: `patrol-${startMs}`, camera: PATROL_CAMERA, everyS, faults: FAULTS }
}

function toldOf({ order, startMs }: ShiftFlight, atMs: number, isFlying: boolean): FlightState {
  const { alongM, leg, pose } = pathAt(order, atMs)
  const onGround = { ...pose, heightM: 0 }
  const told = toFlightState(order.course.plane, believed(order, atMs, isFlying ? pose : onGround))
  const flownMin = isFlying ? (atMs - startMs) / 60_000 : 0
  return {
    ...told,
    alongM,
    yawDeg: leg === 0 || isFlying ? told.yawDeg : (told.yawDeg + 180) % 360,
    batteryPct: Math.max(10, FULL_PCT - PCT_PER_MINUTE * drainedBy(windOf(order.seed, startMs)) * flownMin),
  }
}

/** Things beside each other around a spot on the water, one for each label. */
export function visitorsAt(
  spot: { course: Course; alongM: number; seed: number; id: string },
  labels: readonly ObjectLabel[],
): GroundObject[] {
  const { course, alongM, seed, id } = spot
  return labels.map((label, i) => {
    const random = (what: string) => randomAt(seed, 'visitor', what, id, i)
    const { eastM, northM } = course.at(alongM + 9 * (i - (labels.length - 1) / 2), 10 * (random('across') - 0.5))
    const names = label === 'algae' || label === 'plume' ? null : CUTOUTS[label]
    return {
      ...{ id: `${id}-${label}-${i}`, label, eastM, northM, headingDeg: 360 * random('heading') },
      lengthM: VISITOR_M[label],
      looks: names
        ? names[Math.floor(random('looks') * names.length)]!
        : { drawn: label as 'algae' | 'plume', seed: Math.floor(random('looks') * 1000) },
    }
  })
}

/** Mats of algae at spots along a reach. */
export function bloomsAt(
  { course, seed, id }: { course: Course; seed: number; id: string },
  spots: readonly { alongM: number }[],
): GroundObject[] {
  return spots.flatMap(({ alongM }, i) => visitorsAt({ course, alongM, seed, id: `${id}-${i}` }, ['algae']))
}

const VISITOR_M: Record<ObjectLabel, number> = { boat: 8, person: 1.8, debris: 2.2, algae: 7, plume: 10 }
