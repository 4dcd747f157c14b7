import type { Category } from '../../core/category.ts'
import type { Position } from '../../core/place.ts'
import type { RefusalReason } from '../../core/refusal.ts'
import type { SimulatedDevice } from '../fleet.ts'
import type { Course } from '../patrol/course.ts'
import type { GroundObject } from '../patrol/ground-object.ts'
import type { RecordEvent } from '../quarter/records.ts'
import type { ReadingsEvent } from '../write-readings.ts'

/** How one cause changes what one device measures, between two times. */
export interface Effect {
  deviceId: string
  fromMs: number
  toMs: number
  /** The metric's value under the cause; unchanged for metrics that it does not touch. Pure. */
  change(metric: string, atMs: number, value: number): number
  /** The tool that shakes the house, for raw waveforms; a drill when it is not said. */
  toolAt?(atMs: number): Tool
}
export type Tool = 'drilling' | 'hammering'

/** An alert that a service with the shipped rules must raise: about a device, a house or an address; one of the three is there. */
export interface ExpectedAlert {
  device?: string
  /** Id in the register of houses. */
  building?: string
  /** As residents tell it. */
  address?: string
  category: Category
  /** Where the category does not tell which. */
  rule?: string
  /** Class of a detection, for alerts on pictures. */
  label?: string
  /** Not before. */
  fromMs: number
  /** At the latest. */
  byMs: number
}

/** What really happened: ground truth to score alerts against. */
export interface Truth {
  /** `{round}-{entry}-{kind}` */
  id: string
  kind: string
  /** False for a fault of a device or of the line: it must raise nothing. */
  isIncident: boolean
  startMs: number
  endMs: number
  device: string
  place: string
  position: Position
  /** None for faults, which must raise nothing, and for incidents too short for the shipped rules. */
  alerts: ExpectedAlert[]
  /** What the service must count instead of admitting it. */
  refusal?: RefusalReason
  /** Devices that measure something of it, and when: what else they raise then is no false alert. */
  touched?: readonly Touch[]
}

/** A device under the effect of an incident. */
export type Touch = Pick<Effect, 'deviceId' | 'fromMs' | 'toMs'>

/** One incident with its times and places fixed. */
export interface PlannedIncident {
  truth: Truth
  effects: Effect[]
  /** While it lasts the device is off the air: its connection breaks at the start. */
  offAir?: { deviceId: string }
  /** These devices send nothing new, with their connection up. */
  keepsBack?: { deviceIds: string[]; fromMs: number; toMs: number }
  /** What else comes of it with `fromMs` ≤ time < `toMs`: papers, reports, readings of the past. */
  events?(fromMs: number, toMs: number): (ReadingsEvent | RecordEvent)[]
  /** While it lasts the drone hovers and its pictures show this. */
  picture?: string
  /** While it lasts these are on the water. */
  afloat?: GroundObject[]
}

/** What a kind of incident is planned with. */
export interface PlanContext {
  id: string
  kind: string
  startMs: number
  endMs: number
  fleet: readonly SimulatedDevice[]
  /** The device that the entry names, or one drawn among those of a type. Throws `config_invalid` when there is none. */
  pick(type: string): SimulatedDevice
  /** One that is the same in every round of one start. To be drawn before others. */
  pickLasting(type: string): SimulatedDevice
  /** The first round after the start, and when this one began. */
  isFirst: boolean
  roundStartMs: number
  /** The quarter has a register of houses. */
  hasHouses: boolean
  /** The drone flies patrols. */
  hasPatrol: boolean
  /** Id of the house at an address. */
  buildingAt(address: string): string | undefined
  /** Where the drone is at a time. */
  droneAt(atMs: number): { place: string; position: Position; alongM: number; isFlying: boolean }
  course: Course
  seed: number
}

/**
 * The truth about an incident at one device that has to raise one kind of alert while it lasts; none when it is over
 * before the shipped rules' patience, `needsS` seconds, is.
 */
export function truthAt(context: PlanContext, device: SimulatedDevice, category: Category, needsS = 0): Truth {
  const { id, kind, startMs, endMs } = context
  const isLongEnough = endMs - startMs >= needsS * 1000
  return {
    id,
    kind,
    isIncident: true,
    startMs,
    endMs,
    device: device.id,
    place: device.place,
    position: device.position,
    alerts: isLongEnough ? [{ device: device.id, category, fromMs: startMs, byMs: endMs }] : [],
  }
}

/** Whose silence is told after two minutes, and on top of the shipped rules' limits of three readings and two or five minutes. */
const LIFE_SAFETY = new Set(['smoke-detector', 'gas-detector', 'flame-detector'])
const SILENCE_MARGIN_S = 20

/** The truth about a device that says nothing for a while. */
export function silenceTruth(context: PlanContext, device: SimulatedDevice): Truth {
  const atLeastS = LIFE_SAFETY.has(device.type) ? 120 : 300
  return truthAt(context, device, 'device', Math.max(3 * device.reportEveryS, atLeastS) + SILENCE_MARGIN_S)
}

/** 1 at once when the cause ends, falling to 1/e after `tauS` seconds. */
export function fading(atMs: number, endMs: number, tauS: number): number {
  return atMs <= endMs ? 1 : Math.exp(-(atMs - endMs) / (tauS * 1000))
}
