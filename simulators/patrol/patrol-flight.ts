import { gaussAt, randomAt } from '../random.ts'
import { type Camera, type CameraPose, cameraOf, gsdM } from './camera.ts'
import type { Exposure } from './expose.ts'
import { believed, type ChainageSpan, type FlightPath, flightMs, pathAt } from './flight-path.ts'

/** What goes wrong on a flight. Shares are of all its pictures. */
export interface FlightFaults {
  /** Never arrive. */
  lost: number
  /** Arrive minutes later. */
  late: number
  /** Are smeared by motion. */
  smeared: number
  /** The shutter does not open there. */
  unphotographed: ChainageSpan[]
  /** The pictures of the second leg are stored turned by half a turn, and nothing in them says so. */
  turnedLeg: boolean
}

export const NO_FAULTS: FlightFaults = { lost: 0, late: 0, smeared: 0, unphotographed: [], turnedLeg: false }

export interface FlightOrder extends FlightPath {
  flightId: string
  camera: Camera
  /** Seconds between two pictures. */
  everyS: number
  faults: FlightFaults
  /** The drone knows exactly where it is: for judging what comes after. */
  exact?: boolean
}

/** One picture of a flight. */
export interface Picture {
  /** From 1. */
  number: number
  takenMs: number
  /** Null when it is lost. */
  arrivesMs: number | null
  alongM: number
  leg: 0 | 1
  pose: CameraPose
  /** What EXIF and XMP will say. */
  toldPose: CameraPose
  exposure: Exposure
  turned: boolean
}

/** A wide lens of 24 mm on 1,280 × 960 pixels: 90 × 67 m from 60 m, 7 cm a pixel. */
export const PATROL_CAMERA = cameraOf(1280, 960, 24)

const UPLOAD_MS = { least: 800, most: 3500 }
const LATE_MS = { least: 60_000, most: 240_000 }
const SMEAR_PX = { least: 20, most: 34 }
/** The shutter is open for a thousandth of a second. */
const SHUTTER_S = 0.001

/** All pictures that the drone takes, in order. Pure. */
export function picturesOf(order: FlightOrder): Picture[] {
  const { startMs, everyS } = order
  const count = Math.floor(flightMs(order) / (everyS * 1000)) + 1
  return Array.from({ length: count }, (_, i) => toPicture(order, i + 1, startMs + i * everyS * 1000)).filter(
    ({ alongM }) => !order.faults.unphotographed.some(({ fromM, toM }) => fromM <= alongM && alongM <= toM),
  )
}

/** How many pictures the plan asks for. */
export function plannedPictures(order: FlightOrder): number {
  return Math.floor(flightMs(order) / (order.everyS * 1000)) + 1
}

function toPicture(order: FlightOrder, number: number, takenMs: number): Picture {
  const { seed, faults, camera, flightId } = order
  const { alongM, leg, pose } = pathAt(order, takenMs)
  const random = (what: string) => randomAt(seed, what, flightId, number)
  const between = ({ least, most }: { least: number; most: number }, what: string) =>
    least + (most - least) * random(what)
  const isLate = random('late') < faults.late
  const isSmeared = random('smeared') < faults.smeared
  return {
    number,
    takenMs,
    arrivesMs:
      random('lost') < faults.lost ? null : takenMs + Math.round(between(isLate ? LATE_MS : UPLOAD_MS, 'upload')),
    alongM,
    leg,
    pose,
    toldPose: order.exact === true ? pose : believed(order, takenMs, pose),
    exposure: {
      smearPx: isSmeared ? between(SMEAR_PX, 'smear') : (order.speedMS * SHUTTER_S) / gsdM(camera, pose.heightM),
      brightness: 1 + 0.05 * gaussAt(seed, 'brightness', flightId, number),
      grainSeed: Math.floor(random('grain') * 4_294_967_296),
    },
    turned: faults.turnedLeg && leg === 1,
  }
}

/** Smeared so much that it shows too little. */
export function isSmeared({ exposure }: Picture): boolean {
  return exposure.smearPx >= SMEAR_PX.least
}
