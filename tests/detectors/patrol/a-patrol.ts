import type { Detection } from '../../../core/detection.ts'
import type { Arrival, Observation } from '../../../core/observation.ts'
import type { Position } from '../../../core/place.ts'
import { loadClasses } from '../../../detectors/patrol/parse-classes.ts'
import { createPatrolBook, type PatrolBookOptions } from '../../../detectors/patrol/patrol-book.ts'
import { createPatrolMap, type MapFeature } from '../../../detectors/patrol/patrol-map.ts'
import { DEFAULT_SETTINGS } from '../../../detectors/patrol/settings.ts'

/** Metres north and east of the river's zero, on the tests' river: it runs east for three kilometres. */
export function at(eastM: number, northM = 0): Position {
  const lat0 = 30
  return { lat: lat0 + northM / 111_195.08, lon: 120 + eastM / (111_195.08 * Math.cos((lat0 * Math.PI) / 180)) }
}

const lonLat = ({ lat, lon }: Position): [number, number] => [lon, lat]

export const RIVER_M = 3_000

/** A river with an upper and a lower reach; the lower one gives drinking water. */
export const FEATURES: MapFeature[] = [
  {
    id: 'river',
    properties: { kind: 'riverline', name: '文津河' },
    geometry: { type: 'LineString', coordinates: [0, 1_000, 2_000, RIVER_M].map((m) => lonLat(at(m))) },
  },
  {
    id: 'upper',
    properties: { kind: 'reach', name: '上塘段', river: '文津河', from_m: 0, to_m: 1_000 },
    geometry: { type: 'Polygon', coordinates: [] },
  },
  {
    id: 'lower',
    properties: { kind: 'reach', name: '平桥段', river: '文津河', from_m: 1_000, to_m: RIVER_M, drinking_water: true },
    geometry: { type: 'Polygon', coordinates: [] },
  },
]

/** A square mask around a spot of the river. */
export function mask(eastM: number, northM: number, labels?: string[]): MapFeature {
  const ring = [
    at(eastM - 10, northM - 10),
    at(eastM + 10, northM - 10),
    at(eastM + 10, northM + 10),
    at(eastM - 10, northM + 10),
  ]
  return {
    id: 'mask',
    properties: { kind: 'mask', reason: 'a moored ferry', ...(labels && { labels }) },
    geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!].map(lonLat)] },
  }
}

export const SETTINGS = { ...DEFAULT_SETTINGS, classes: loadClasses() }

export function aBook(options: Partial<PatrolBookOptions> & { features?: MapFeature[] } = {}) {
  const { features = FEATURES, ...rest } = options
  return createPatrolBook({ settings: SETTINGS, map: createPatrolMap(features), ...rest })
}

export const NOON_MS = Date.UTC(2026, 4, 1, 4)
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

/** A thing seen on the ground: metres east and north of the river's zero. */
export function seen(label: string, eastM: number, northM = 0, extra: Partial<Detection> = {}): Detection {
  return {
    ...{ label, score: 0.8, box: [500, 300, 60, 40], position: at(eastM, northM), radiusM: 3 },
    ...{ areaM2: 4, sizeM: [2, 2] },
    ...extra,
  }
}

export interface Shot {
  frameId: string
  /** Where the drone was, metres along the river; the picture shows 60 m × 40 m around it. */
  eastM: number
  atMs: number
  detections?: Detection[]
  device?: string
  flightId?: string
  sharpness?: number
  gsdCm?: number
  clipped?: number
}

export const HALF_WIDTH_M = 30
export const HALF_HEIGHT_M = 20

export function frameOf({ frameId, eastM, atMs, device = 'drone-1', flightId }: Shot): Arrival {
  return {
    ...{ kind: 'frame', deviceId: device, frameId, sha256: frameId, atMs, widthPx: 1280, heightPx: 720 },
    pose: { position: at(eastM), relativeAltitudeM: 60 },
    ...(flightId !== undefined && { flightId }),
  }
}

export function analysisOf(shot: Shot): Arrival {
  const { frameId, eastM, atMs, device = 'drone-1', detections = [] } = shot
  const [west, east] = [eastM - HALF_WIDTH_M, eastM + HALF_WIDTH_M]
  return {
    ...{ kind: 'analysis', deviceId: device, frameId, atMs, state: 'analysed', model: 'm', detections },
    quality: { sharpness: shot.sharpness ?? 100, brightness: 0.5, clipped: shot.clipped ?? 0 },
    ground: {
      footprint: [at(west, HALF_HEIGHT_M), at(east, HALF_HEIGHT_M), at(east, -HALF_HEIGHT_M), at(west, -HALF_HEIGHT_M)],
      gsdCm: shot.gsdCm ?? 2,
    },
  }
}

/** Numbers arrivals as the journal does; each comes a second after what it tells of, and never before the last one. */
export function toJournal(arrivals: Arrival[], delayMs = 1_000): Observation[] {
  let clockMs = 0
  return arrivals.map((arrival, i) => {
    const atMs = arrival.kind === 'readings' ? (arrival.samples[0]?.atMs ?? 0) : arrival.atMs
    clockMs = Math.max(clockMs, atMs + delayMs)
    return { ...arrival, seq: i + 1, arrivalMs: clockMs } as Observation
  })
}

/** A flight along the river that takes a picture every 30 m, with what stands there: by metres along the river. */
export function aFlight(
  flight: { id: string; beganMs: number; fromM?: number; toM?: number; device?: string; announced?: boolean },
  things: Detection[],
  shotOf: (shot: Shot) => Shot = (shot) => shot,
): Arrival[] {
  const { id, beganMs, fromM = 0, toM = RIVER_M, device = 'drone-1', announced = true } = flight
  const flightId = announced ? { flightId: id } : {}
  const shots: Arrival[] = []
  let atMs = beganMs
  for (let eastM = fromM; eastM <= toM; eastM += 30) {
    atMs += 4_000
    const detections = things.filter(({ position }) => position && Math.abs(eastOf(position) - eastM) < HALF_WIDTH_M)
    const shot = shotOf({ frameId: `${id}-${eastM}`, eastM, atMs, detections, device, ...flightId })
    shots.push(frameOf(shot), analysisOf(shot))
  }
  if (!announced) return shots
  const news = (told: Extract<Arrival, { kind: 'flight' }>['told'], toldMs: number): Arrival => ({
    ...{ kind: 'flight', deviceId: device, flightId: id, atMs: toldMs, told },
  })
  return [news({ what: 'began' }, beganMs), ...shots, news({ what: 'ended', status: 'ok' }, atMs + 1_000)]
}

function eastOf({ lon }: Position): number {
  return (lon - 120) * 111_195.08 * Math.cos((30 * Math.PI) / 180)
}
