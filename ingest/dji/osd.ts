import type { Sample } from '../../core/observation.ts'
import { isObject } from '../codecs/decoded.ts'
import { toNumber } from './dji-envelope.ts'
import { OSD_METRICS, type OsdMetric, PAYLOAD_METRICS } from './osd-metrics.ts'

/** What is known of one drone from all its partial messages. */
export interface OsdState {
  /** Gimbal that the camera of the picture hangs on: the lowest number heard of. */
  gimbal: number
  values: Readonly<Record<string, Known>>
}

interface Known {
  value: number
  atMs: number
}

export interface OsdStep {
  state: OsdState
  /** What this message adds, at its time. A position is given whole or not at all. */
  samples: Sample[]
  /** Fields that were not numbers, or outside what they can be. */
  faults: string[]
}

export const NO_OSD: OsdState = { gimbal: Number.POSITIVE_INFINITY, values: {} }

/** `type-subtype-gimbalindex` */
const PAYLOAD_INDEX = /^\d{1,5}-\d{1,5}-(\d{1,3})$/
/** Latitude and longitude that came in two messages belong together when they are no further apart: 20 m at 10 m/s. */
const TOGETHER_MS = 2_000

/**
 * Merges one message of properties by key: what it does not name stays, and what is older than what is known changes
 * nothing. Pure, never throws; in whatever order messages come, the state they lead to is the same.
 */
export function takeOsd(before: OsdState, data: Record<string, unknown>, atMs: number): OsdStep {
  const faults: string[] = []
  const { gimbal, payload } = cameraOf(data, before.gimbal)
  const read = [...readMetrics(data, OSD_METRICS, faults), ...readMetrics(payload, PAYLOAD_METRICS, faults)]
  // A gimbal of a lower number is the camera; what was known is of another one.
  const values: Record<string, Known> = { ...(gimbal < before.gimbal ? withoutPayload(before.values) : before.values) }
  for (const [metric, value] of read) {
    const known = values[metric]
    if (known === undefined || atMs > known.atMs || (atMs === known.atMs && value > known.value))
      values[metric] = { value, atMs }
  }
  const samples = read.filter(([metric]) => !isCoordinate(metric)).map(([metric, value]) => ({ metric, atMs, value }))
  return { state: { gimbal, values }, samples: [...positionOf(read, values, atMs), ...samples], faults }
}

/** The structure of the camera, which hangs on the lowest gimbal known; empty when this message is of another one. */
function cameraOf(data: Record<string, unknown>, known: number) {
  let gimbal = known
  for (const key of Object.keys(data)) {
    const match = PAYLOAD_INDEX.exec(key)
    if (match) gimbal = Math.min(gimbal, Number(match[1]))
  }
  const own = Object.entries(data).find(([key]) => Number(PAYLOAD_INDEX.exec(key)?.[1] ?? Number.NaN) === gimbal)
  return { gimbal, payload: isObject(own?.[1]) ? own[1] : {} }
}

function withoutPayload(values: OsdState['values']): Record<string, Known> {
  const metrics = new Set(PAYLOAD_METRICS.map(({ metric }) => metric))
  return Object.fromEntries(Object.entries(values).filter(([metric]) => !metrics.has(metric)))
}

function readMetrics(data: Record<string, unknown>, table: readonly OsdMetric[], faults: string[]): [string, number][] {
  return table.flatMap(({ path, metric, min, max }): [string, number][] => {
    const raw = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), data)
    if (raw === undefined || raw === null) return []
    const value = toNumber(raw)
    if (value !== undefined && value >= (min ?? -1e9) && value <= (max ?? 1e9)) return [[metric, value]]
    faults.push(
      `${path.join('.')}: expected a number${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` to ${max}`}`,
    )
    return []
  })
}

/** Both coordinates when this message brought one of them and the other is as fresh; none at 0, 0: no fix. */
function positionOf(read: [string, number][], values: Record<string, Known>, atMs: number): Sample[] {
  if (!read.some(([metric]) => isCoordinate(metric))) return []
  const now = new Map(read)
  const lat = now.get('lat') ?? fresh(values.lat, atMs)
  const lon = now.get('lon') ?? fresh(values.lon, atMs)
  if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return []
  return [
    { metric: 'lat', atMs, value: lat },
    { metric: 'lon', atMs, value: lon },
  ]
}

function fresh(known: Known | undefined, atMs: number): number | undefined {
  return known && Math.abs(atMs - known.atMs) <= TOGETHER_MS ? known.value : undefined
}

function isCoordinate(metric: string): boolean {
  return metric === 'lat' || metric === 'lon'
}
