import { type Camera, footprintOf, pixelAt } from './camera.ts'
import type { Course } from './course.ts'
import { type ChainageSpan, type FlightPath, flightMs, pathAt } from './flight-path.ts'
import type { ObjectLabel, PlacedObject } from './ground-object.ts'
import { type FlightOrder, isSmeared, type Picture, picturesOf } from './patrol-flight.ts'
import { distanceM, type Ground } from './plane.ts'

/** An object in a picture. */
export interface Shown {
  objectId: string
  label: ObjectLabel
  /** [x, y, width, height] in pixels of the picture as it is stored, cut at its edges. */
  box: [number, number, number, number]
  /** Share of the whole box that is in the picture. */
  share: number
}

/** Why a stretch of river was not seen. */
export type TrueGapReason = 'not_flown' | 'not_photographed' | 'blurred'

export interface TrueGap extends ChainageSpan {
  reason: TrueGapReason
}

/** What really was to be seen on a flight. */
export interface FlightTruth {
  order: FlightOrder
  pictures: Picture[]
  objects: PlacedObject[]
  /** By picture number. */
  shown: ReadonlyMap<number, Shown[]>
  gaps: TrueGap[]
}

/** A box less than half in the picture is not counted as seen. */
const LEAST_SHARE = 0.5
const TRACK_STEP_MS = 500
/** A flight farther from the middle of the river than this has not flown there. */
const NEAR_M = 60

export function truthOf(order: FlightOrder, objects: PlacedObject[]): FlightTruth {
  const pictures = picturesOf(order)
  const shown = new Map(pictures.map((picture) => [picture.number, shownIn(picture, order.camera, objects)]))
  return { order, pictures, objects, shown, gaps: gapsOf(order, pictures) }
}

/** Every object of which at least half is in the picture. */
export function shownIn(picture: Picture, camera: Camera, objects: readonly PlacedObject[]): Shown[] {
  return objects.flatMap((object) => {
    const pixels = object.outline.map((corner) => pixelAt(camera, picture.pose, corner))
    if (!pixels.every((pixel) => pixel !== null)) return []
    const xs = pixels.map(({ x }) => (picture.turned ? camera.widthPx - x : x))
    const ys = pixels.map(({ y }) => (picture.turned ? camera.heightPx - y : y))
    const [left, right] = [Math.min(...xs), Math.max(...xs)]
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)]
    const inX = [Math.max(0, left), Math.min(camera.widthPx, right)] as const
    const inY = [Math.max(0, top), Math.min(camera.heightPx, bottom)] as const
    const [width, height] = [inX[1] - inX[0], inY[1] - inY[0]]
    const share = (width * height) / ((right - left) * (bottom - top))
    if (width <= 0 || height <= 0 || share < LEAST_SHARE) return []
    return [{ objectId: object.id, label: object.label, box: [inX[0], inY[0], width, height], share }]
  })
}

/** The metres of the river's middle that no good picture of the flight shows, although they were planned. */
function gapsOf(order: FlightOrder, pictures: Picture[]): TrueGap[] {
  const { course, camera, fromM, toM } = order
  const arrived = pictures
    .filter(({ arrivesMs }) => arrivesMs !== null)
    .map((picture) => ({ isGood: !isSmeared(picture), footprint: footprintOf(camera, picture.pose) ?? [] }))
  const track = trackOf(order)
  const gaps: TrueGap[] = []
  for (let metre = fromM; metre < toM; metre++) {
    const reason = reasonAt(course, metre + 0.5, arrived, track)
    if (reason === null) continue
    const last = gaps.at(-1)
    if (last !== undefined && last.toM === metre && last.reason === reason) last.toM = metre + 1
    else gaps.push({ fromM: metre, toM: metre + 1, reason })
  }
  return gaps
}

function reasonAt(
  course: Course,
  alongM: number,
  arrived: { isGood: boolean; footprint: Ground[] }[],
  track: Ground[],
): TrueGapReason | null {
  const point = course.at(alongM)
  const showing = arrived.filter(({ footprint }) => isWithin(footprint, point))
  if (showing.some(({ isGood }) => isGood)) return null
  if (showing.length > 0) return 'blurred'
  return track.some((flown) => distanceM(flown, point) <= NEAR_M) ? 'not_photographed' : 'not_flown'
}

function trackOf(path: FlightPath): Ground[] {
  const count = Math.floor(flightMs(path) / TRACK_STEP_MS) + 1
  return Array.from({ length: count }, (_, i) => pathAt(path, path.startMs + i * TRACK_STEP_MS).pose)
}

/** Convex, corners in order. */
function isWithin(corners: Ground[], point: Ground): boolean {
  const sides = corners.map((from, i) => {
    const to = corners[(i + 1) % corners.length]!
    return (
      (to.eastM - from.eastM) * (point.northM - from.northM) - (to.northM - from.northM) * (point.eastM - from.eastM)
    )
  })
  return corners.length > 0 && (sides.every((side) => side >= 0) || sides.every((side) => side <= 0))
}
