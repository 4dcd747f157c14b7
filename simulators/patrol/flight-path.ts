import { driftAt, gaussAt } from '../random.ts'
import type { CameraPose } from './camera.ts'
import type { Course } from './course.ts'

/** A stretch of the river, metres of chainage. */
export interface ChainageSpan {
  fromM: number
  toM: number
}

/** Where a drone is to fly: along the middle of the river, and back when it has a second leg. */
export interface FlightPath {
  course: Course
  seed: number
  startMs: number
  fromM: number
  toM: number
  legs: 1 | 2
  /** Above the water. */
  heightM: number
  speedMS: number
  /** Straight down is −90. */
  pitchDeg: number
  /** How unsteady the air is; 1 when left out. */
  shaken?: number
  /** Where it has to leave the river and passes far beside it. */
  detours: ChainageSpan[]
}

/** Where the drone is at a moment. */
export interface PathPoint {
  alongM: number
  /** 0 downstream, 1 back. */
  leg: 0 | 1
  /** The truth: gusts and all. */
  pose: CameraPose
}

const DETOUR_M = 160
const DETOUR_RAMP_M = 40
const GUST_MS = 5000

export function flightMs({ fromM, toM, legs, speedMS }: FlightPath): number {
  return ((legs * (toM - fromM)) / speedMS) * 1000
}

/** Pure. Before the start and after the end it stands where it starts and ends. */
export function pathAt(path: FlightPath, atMs: number): PathPoint {
  const { course, seed, startMs, fromM, toM, heightM, speedMS } = path
  const lengthM = toM - fromM
  const flownM = (Math.min(Math.max(0, atMs - startMs), flightMs(path)) / 1000) * speedMS
  const leg = flownM > lengthM ? 1 : 0
  const alongM = leg === 0 ? fromM + flownM : toM - (flownM - lengthM)
  const { shaken = 1 } = path
  const gust = (what: string, size: number) => shaken * size * driftAt(seed, `patrol gust ${what}`, atMs, GUST_MS)
  const { eastM, northM, headingDeg } = course.at(alongM, detourM(path.detours, alongM))
  return {
    alongM,
    leg,
    pose: {
      eastM: eastM + gust('east', 1.5),
      northM: northM + gust('north', 1.5),
      heightM: heightM + gust('up', 0.6),
      yawDeg: (headingDeg + leg * 180 + gust('yaw', 3) + 360) % 360,
      pitchDeg: Math.max(-90, path.pitchDeg + gust('pitch', 0.8)),
      rollDeg: gust('roll', 0.6),
    },
  }
}

/** How far beside the middle it flies there. */
function detourM(detours: readonly ChainageSpan[], alongM: number): number {
  const shares = detours.map(({ fromM, toM }) => {
    const insideM = Math.min(alongM - (fromM - DETOUR_RAMP_M), toM + DETOUR_RAMP_M - alongM)
    return Math.min(1, Math.max(0, insideM / DETOUR_RAMP_M))
  })
  return DETOUR_M * Math.max(0, ...shares)
}

/**
 * What the drone believes: a receiver's bias that stays for the flight and one that wanders, a barometer's, a compass's.
 * Sizes (one sigma): 0.6 m and 0.7 m a side, 0.4 m of height, 0.7° of yaw, 0.15° of the gimbal; as a good single-frequency
 * receiver without corrections.
 */
export function believed(path: FlightPath, atMs: number, pose: CameraPose): CameraPose {
  const { seed, startMs } = path
  const bias = (what: string, size: number) => size * gaussAt(seed, `bias ${what}`, startMs)
  const wander = (what: string, size: number) => size * 1.7 * driftAt(seed, `wander ${what}`, atMs, 60_000)
  return {
    eastM: pose.eastM + bias('east', 0.6) + wander('east', 0.7),
    northM: pose.northM + bias('north', 0.6) + wander('north', 0.7),
    heightM: pose.heightM + bias('height', 0.4) + wander('height', 0.2),
    yawDeg: (pose.yawDeg + bias('yaw', 0.7) + wander('yaw', 0.3) + 360) % 360,
    pitchDeg: pose.pitchDeg + bias('pitch', 0.15),
    rollDeg: pose.rollDeg + bias('roll', 0.15),
  }
}
