import type { SimulatedDevice } from '../fleet.ts'
import type { Truth } from '../incidents/incident.ts'
import { categoryOf } from '../incidents/sighting.ts'
import { isOffAir, slotsOf } from '../readings-of.ts'
import type { Rounds } from '../rounds.ts'
import type { World } from '../world.ts'
import { flightWords } from './flight-messages.ts'
import type { GroundObject } from './ground-object.ts'
import { writeOsd } from './osd.ts'
import type { Shift } from './shift.ts'
import type { PhotoOrder } from './studio.ts'

/** A picture of the composed river arrives; a studio draws it. */
export interface PhotoEvent {
  kind: 'photo'
  atMs: number
  deviceId: string
  order: PhotoOrder
}

/** The dock says something of a flight, or the drone of itself. */
export interface FlightEvent {
  kind: 'flight'
  topic: 'events' | 'osd'
  atMs: number
  deviceId: string
  /** For the DJI topic of that name; the drone is its own gateway here. */
  payload: Buffer
}
export type PatrolEvent = PhotoEvent | FlightEvent

interface Span {
  fromMs: number
  toMs: number
}

/** What a drone on patrol sends with `fromMs` ≤ time < `toMs`: pictures, news of the flight, and its own state as often as it reports. */
export function patrolEvents(drone: SimulatedDevice, rounds: Rounds, shift: Shift, span: Span): PatrolEvent[] {
  const { fromMs, toMs } = span
  const isOnAir = ({ atMs }: { atMs: number }) => !rounds.around(atMs).some((round) => isOffAir(round, drone.id, atMs))
  const photos = shift.photos(fromMs, toMs, (atMs) => afloatAt(rounds, atMs))
  const words = flightWords(shift, drone.id, fromMs, toMs)
  return [
    ...photos.map(({ atMs, order }): PhotoEvent => ({ kind: 'photo', atMs, deviceId: drone.id, order })),
    ...words.map(
      ({ atMs, payload }): FlightEvent => ({ kind: 'flight', topic: 'events', atMs, deviceId: drone.id, payload }),
    ),
    ...slotsOf(drone, rounds, fromMs, toMs).map(({ atMs }): FlightEvent => {
      return { kind: 'flight', topic: 'osd', atMs, deviceId: drone.id, payload: writeOsd(shift, drone.id, atMs) }
    }),
  ].filter(isOnAir)
}

function afloatAt(rounds: Rounds, atMs: number): GroundObject[] {
  return rounds
    .around(atMs)
    .flatMap(({ incidents }) => incidents)
    .filter(({ truth }) => truth.startMs <= atMs && atMs < truth.endMs)
    .flatMap(({ afloat = [] }) => afloat)
}

/** What lies on the water for whole flights that begin in a time: found once on each. */
export function floatingTruth(drone: SimulatedDevice, world: World, shift: Shift | undefined, span: Span): Truth[] {
  if (shift === undefined) return []
  const { river, course } = world
  return shift
    .flights(span.fromMs, span.toMs)
    .filter(({ startMs }) => span.fromMs <= startMs && startMs < span.toMs)
    .flatMap(({ index, startMs, endMs }) =>
      shift.objects(index).map((object): Truth => {
        const { id, label } = object
        const alert = { device: drone.id, category: categoryOf(label), label, fromMs: startMs, byMs: endMs }
        return {
          ...{ id: `${index}-${id}-floating`, kind: 'floating', isIncident: true, startMs, endMs, device: drone.id },
          ...{ place: river.placeAt(course.alongM(object)), position: course.plane.toPosition(object) },
          alerts: [alert],
        }
      }),
    )
}
