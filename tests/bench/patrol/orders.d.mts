import type { FlightPath } from '../../../simulators/patrol/flight-path.ts'
import type { ObjectLabel } from '../../../simulators/patrol/ground-object.ts'
import type { FlightFaults } from '../../../simulators/patrol/patrol-flight.ts'
import type { Rehearsal } from './rehearse.mjs'

export type Faults = FlightFaults & { path: Partial<FlightPath> }
export const ORDER: Rehearsal['order']
export const FAULTS: Faults[]
interface Small {
  order: Rehearsal['order']
  faults: Faults[]
  counts: Partial<Record<ObjectLabel, number>>
}
export const SMALL: Small
export const TINY: Small
