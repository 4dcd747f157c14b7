import type { Sample } from '../../core/observation.ts'
import type { TrackPoint } from '../../core/patrol.ts'
import type { Position } from '../../core/place.ts'
import { distanceM } from './ground-plane.ts'

/** What is known of where a drone is. */
export interface Whereabouts {
  lat?: number
  lon?: number
  heightM?: number
  heightMs?: number
  /** Where it was when it last was in the air, or first heard of. */
  from?: Position
}

/** Lower than this it stands on the ground, metres above the take-off point. */
const IN_THE_AIR_M = 2
/** Without a height, this far from where it was it must have flown: a receiver that stands still wanders by metres. */
const MOVED_M = 20
const HEIGHT_HOLDS_MS = 30_000

/** Whether a sample says where a drone is. */
export function isOfPlace({ metric }: Pick<Sample, 'metric'>): boolean {
  return metric === 'lat' || metric === 'lon' || metric === 'rel_alt_m'
}

/** Readings that say where a drone is, in order of time; `known` is changed. Gives the points at which it is in the air. */
export function airbornePoints(known: Whereabouts, samples: Sample[]): TrackPoint[] {
  const told = samples.filter(isOfPlace)
  if (told.length === 0) return []
  const points: TrackPoint[] = []
  const moments = new Set(told.map(({ atMs }) => atMs).sort((a, b) => a - b))
  for (const atMs of moments) {
    const now = told.filter((sample) => sample.atMs === atMs)
    for (const { metric, value } of now)
      if (metric === 'rel_alt_m') Object.assign(known, { heightM: value, heightMs: atMs })
      else known[metric as 'lat' | 'lon'] = value
    const position = now.some(({ metric }) => metric !== 'rel_alt_m') ? positionOf(known) : undefined
    if (position !== undefined && isInTheAir(known, position, atMs)) points.push(toPoint(known, position, atMs))
  }
  return points
}

function positionOf({ lat, lon }: Whereabouts): Position | undefined {
  if (lat === undefined || lon === undefined || Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined
  // What a receiver says before it knows.
  return lat === 0 && lon === 0 ? undefined : { lat, lon }
}

function isInTheAir(known: Whereabouts, position: Position, atMs: number): boolean {
  const from = known.from ?? position
  const isFlying = isHeightKnown(known, atMs) ? known.heightM! > IN_THE_AIR_M : distanceM(from, position) > MOVED_M
  known.from = isFlying ? position : from
  return isFlying
}

function toPoint(known: Whereabouts, position: Position, atMs: number): TrackPoint {
  return { atMs, position, ...(isHeightKnown(known, atMs) && { heightM: known.heightM! }) }
}

function isHeightKnown({ heightMs }: Whereabouts, atMs: number): boolean {
  return heightMs !== undefined && Math.abs(atMs - heightMs) <= HEIGHT_HOLDS_MS
}
