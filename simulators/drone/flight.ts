import type { Position } from '../../core/place.ts'
import { driftAt, gaussAt } from '../random.ts'
import type { World } from '../world.ts'

/** Where the drone is and where it looks. Angles in degrees, NED: yaw clockwise from north, pitch -90 straight down. */
export interface FlightState {
  position: Position
  alongM: number
  relativeAltitudeM: number
  absoluteAltitudeM: number
  yawDeg: number
  gimbalPitchDeg: number
  gimbalYawDeg: number
  gimbalRollDeg: number
  batteryPct: number
}

/** What a picture says of where it was taken. */
export type ToldPose = Omit<FlightState, 'alongM' | 'batteryPct'>

export interface Flight {
  world: World
  seed: number
  /** Take-off, ms. */
  startMs: number
  /** Length of a round; in each the drone stops at the same times. */
  loopMs: number
  /** Stops over something, ms after the round's start, without overlap. */
  hovers: readonly { fromMs: number; toMs: number }[]
}

/** Low enough that the picture is mostly water: a lens of 24 mm (35 mm equivalent) sees 45 m across from here. */
export const PATROL_ALTITUDE_M = 30
const SPEED_M_S = 6
/** Height of the dock above sea level. */
const GROUND_M = 4.2
const FULL_PCT = 97
const EMPTY_PCT = 28
/** A battery lasts this long; then it is changed at the dock within one reading. */
const BATTERY_MS = 28 * 60_000

/** Up and down the river along its middle, with gusts, stopping where it has seen something. Pure. */
export function flightAt(flight: Flight, atMs: number): FlightState {
  const { world, seed, startMs } = flight
  const lengthM = world.river.lengthM
  const flownM = (flyingMs(flight, atMs) / 1000) * SPEED_M_S
  const lapM = flownM % (2 * lengthM)
  const isReturning = lapM > lengthM
  const alongM = isReturning ? 2 * lengthM - lapM : lapM
  const point = world.river.at(alongM)
  const yawDeg = (point.headingDeg + (isReturning ? 180 : 0)) % 360
  const gust = (what: string, size: number) => size * driftAt(seed, `gust ${what}`, atMs, 4000)
  const relativeAltitudeM = PATROL_ALTITUDE_M + gust('up', 0.4)
  return {
    position: shifted(point.position, gust('north', 1.2), gust('east', 1.2)),
    alongM,
    relativeAltitudeM,
    absoluteAltitudeM: GROUND_M + relativeAltitudeM,
    yawDeg,
    gimbalPitchDeg: Math.max(-90, -89.6 + gust('pitch', 0.5) + 0.05 * gaussAt(seed, 'pitch', atMs)),
    gimbalYawDeg: (yawDeg + gust('yaw', 1.5) + 360) % 360,
    gimbalRollDeg: gust('roll', 0.3),
    batteryPct: FULL_PCT - (FULL_PCT - EMPTY_PCT) * (((atMs - startMs) % BATTERY_MS) / BATTERY_MS),
  }
}

/** Time since take-off less the time spent hovering. */
function flyingMs({ startMs, loopMs, hovers }: Flight, atMs: number): number {
  const sinceMs = Math.max(0, atMs - startMs)
  const hoveredBy = (untilMs: number) =>
    hovers.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(untilMs, toMs) - fromMs), 0)
  return sinceMs - Math.floor(sinceMs / loopMs) * hoveredBy(loopMs) - hoveredBy(sinceMs % loopMs)
}

const M_PER_DEG_LAT = 110_868

function shifted({ lat, lon }: Position, northM: number, eastM: number): Position {
  const mPerDegLon = 111_320 * Math.cos((lat * Math.PI) / 180)
  return { lat: lat + northM / M_PER_DEG_LAT, lon: lon + eastM / mPerDegLon }
}
