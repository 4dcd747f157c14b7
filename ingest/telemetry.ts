import type { Pose } from '../core/detection.ts'
import type { Sample } from '../core/observation.ts'

/** What drones said of their own position, for frames that do not say it themselves. */
export interface Telemetry {
  /** Remembers the pose metrics among these samples. */
  note(deviceId: string, samples: Sample[], arrivalMs: number): void
  /** The latest pose and its device time, or null when there is none as young as `MAX_AGE_MS`. */
  latest(deviceId: string, nowMs: number): { pose: Pose; atMs: number } | null
  /**
   * The pose at a moment of device time, between what was said before and after it; also long ago, for a frame that is
   * uploaded after landing. Null farther than `MAX_BEYOND_MS` from what is known.
   */
  at(deviceId: string, atMs: number): Pose | null
}

/** Metrics of a drone's readings that tell its pose. */
export const POSE_METRICS = [
  'lat',
  'lon',
  'rel_alt_m',
  'abs_alt_m',
  'gimbal_pitch_deg',
  'gimbal_yaw_deg',
  'gimbal_roll_deg',
] as const
type PoseMetric = (typeof POSE_METRICS)[number]

/** At 10 m/s a drone is 300 m further after this, which is no position for a finding. */
const MAX_AGE_MS = 30_000
/** Beyond the first and the last that is known, and within a gap, a pose is as good as the nearest for so long. */
const MAX_BEYOND_MS = 3_000
/** Between two that are farther apart, a drone may have flown anywhere. */
const MAX_GAP_MS = 10_000
/** Nothing is lost between two this close together. */
const LEAST_APART_MS = 400
/** Of one drone: more than two hours, once a second. Of all together: some 20 MB. */
const POINTS_OF_DRONE = 10_000
const POINTS = 100_000
const NAMES: ReadonlySet<string> = new Set(POSE_METRICS)
const ANGLES: ReadonlySet<string> = new Set(['gimbal_yaw_deg', 'gimbal_roll_deg', 'gimbal_pitch_deg', 'lon'])

type Values = Partial<Record<PoseMetric, number>>
interface Point {
  atMs: number
  values: Values
}
interface Known {
  arrivalMs: number
  /** In order of device time, at least one. */
  points: Point[]
}

/** Keeps the `maxDrones` that spoke last. */
export function createTelemetry(maxDrones = 1000): Telemetry {
  const known = new Map<string, Known>()
  let count = 0

  function forget(deviceId: string): void {
    count -= known.get(deviceId)?.points.length ?? 0
    known.delete(deviceId)
  }

  function keepBounds(): void {
    while (known.size > maxDrones || (count > POINTS && known.size > 1)) forget(known.keys().next().value as string)
  }

  return {
    note(deviceId, samples, arrivalMs) {
      const point = toPoint(samples)
      if (!point) return
      const before = known.get(deviceId)
      const points = before?.points ?? []
      count -= points.length
      const isFresh = before !== undefined && arrivalMs - before.arrivalMs <= MAX_AGE_MS
      insert(points, point, isFresh)
      known.delete(deviceId)
      known.set(deviceId, { arrivalMs, points })
      count += points.length
      keepBounds()
    },
    latest(deviceId, nowMs) {
      const found = known.get(deviceId)
      if (!found || nowMs - found.arrivalMs > MAX_AGE_MS) return null
      const { values, atMs } = found.points.at(-1)!
      return { pose: toPose(values), atMs }
    },
    at(deviceId, atMs) {
      const points = known.get(deviceId)?.points ?? []
      const next = firstFrom(points, atMs)
      const [before, after] = [points[next - 1], points[next]]
      if (before && after && after.atMs - before.atMs <= MAX_GAP_MS) return toPose(between(before, after, atMs))
      const near = [before, after].filter(
        (point) => point !== undefined && Math.abs(point.atMs - atMs) <= MAX_BEYOND_MS,
      )
      near.sort((a, b) => Math.abs(a!.atMs - atMs) - Math.abs(b!.atMs - atMs))
      return near[0] ? toPose(near[0].values) : null
    },
  }
}

/** The latest value of each pose metric; null without any. */
function toPoint(samples: readonly Sample[]): Point | null {
  const values: Values = {}
  let atMs = Number.NEGATIVE_INFINITY
  for (const { metric, atMs: sampleMs, value } of samples) {
    if (!NAMES.has(metric) || sampleMs < atMs) continue
    values[metric as PoseMetric] = value
    atMs = sampleMs
  }
  return atMs === Number.NEGATIVE_INFINITY ? null : { atMs, values }
}

/** In its place. Partial messages are completed by the one before, while that is no older than `MAX_AGE_MS`. */
function insert(points: Point[], { atMs, values }: Point, isFresh: boolean): void {
  const place = firstFrom(points, atMs + 1)
  const before = points[place - 1]
  const isNear = before !== undefined && atMs - before.atMs <= MAX_AGE_MS && (isFresh || place < points.length)
  const whole = { atMs, values: { ...(isNear && before.values), ...values } }
  if (before && atMs - before.atMs < LEAST_APART_MS && place > 1) points[place - 1] = whole
  else points.splice(place, 0, whole)
  if (points.length > POINTS_OF_DRONE) points.splice(0, points.length - POINTS_OF_DRONE)
}

/** Index of the first point not before that time. */
function firstFrom(points: readonly Point[], atMs: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.atMs < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** What only one of the two tells is taken from it. */
function between(before: Point, after: Point, atMs: number): Values {
  const share = after.atMs === before.atMs ? 0 : (atMs - before.atMs) / (after.atMs - before.atMs)
  const values: Values = { ...after.values, ...before.values }
  for (const metric of POSE_METRICS) {
    const [from, to] = [before.values[metric], after.values[metric]]
    if (from !== undefined && to !== undefined) values[metric] = blend(from, to, share, ANGLES.has(metric))
  }
  return values
}

/** Angles go the short way round. */
function blend(from: number, to: number, share: number, isAngle: boolean): number {
  const way = isAngle ? ((((to - from + 180) % 360) + 360) % 360) - 180 : to - from
  const value = from + share * way
  return isAngle && Math.abs(value) > 180 ? value - 360 * Math.sign(value) : value
}

function toPose(values: Values): Pose {
  const { lat, lon, rel_alt_m, abs_alt_m, gimbal_pitch_deg, gimbal_yaw_deg, gimbal_roll_deg } = values
  const isPlace = lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return {
    ...(isPlace && { position: { lat, lon } }),
    ...(rel_alt_m !== undefined && { relativeAltitudeM: rel_alt_m }),
    ...(abs_alt_m !== undefined && { absoluteAltitudeM: abs_alt_m }),
    ...(gimbal_pitch_deg !== undefined && { gimbalPitchDeg: gimbal_pitch_deg }),
    ...(gimbal_yaw_deg !== undefined && { gimbalYawDeg: gimbal_yaw_deg }),
    ...(gimbal_roll_deg !== undefined && { gimbalRollDeg: gimbal_roll_deg }),
  }
}
