import type { Attributes } from '../../core/device.ts'
import type { RiverPlace } from '../../core/finding.ts'
import type { Position } from '../../core/place.ts'

/** A stretch of a river with what rules may ask about it. */
export interface Reach {
  /** Id of the feature. */
  id: string
  river: string
  name: string
  fromM: number
  toM: number
  attributes: Attributes
}

/** Where some classes are not looked for: a moored ferry, a fountain. */
export interface Mask {
  id: string
  /** Outer ring. */
  ring: Position[]
  /** Absent: all. */
  labels?: string[]
  reason: string
}

/** Rivers, reaches and masks of the map. */
export interface PatrolMap {
  rivers: { name: string; lengthM: number }[]
  reaches: Reach[]
  masks: Mask[]
  /** Chainage of a position; undefined where no river is within `nearM`, metres. */
  placeOf(position: Position, nearM?: number): RiverPlace | undefined
  reach(id: string): Reach | undefined
  /** Points of a river's centre line between two chainages, both ends included. */
  lineOf(river: string, fromM: number, toM: number): Position[]
}
