import type { Pose } from '../core/detection.ts'
import type { Sample } from '../core/observation.ts'

/** What drones last said of their own position, for frames that do not say it themselves. */
export interface Telemetry {
  /** Remembers the pose metrics among these samples. */
  note(deviceId: string, samples: Sample[], arrivalMs: number): void
  /** The latest pose and its device time, or null when there is none as young as `MAX_AGE_MS`. */
  latest(deviceId: string, nowMs: number): { pose: Pose; atMs: number } | null
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
const NAMES: ReadonlySet<string> = new Set(POSE_METRICS)

interface Known {
  atMs: number
  arrivalMs: number
  values: Partial<Record<PoseMetric, number>>
}

/** Keeps the `maxDrones` that spoke last. */
export function createTelemetry(maxDrones = 1000): Telemetry {
  const known = new Map<string, Known>()
  return {
    note(deviceId, samples, arrivalMs) {
      if (!samples.some(isOfPose)) return
      const values: Known['values'] = {}
      let atMs = Number.NEGATIVE_INFINITY
      for (const { metric, atMs: sampleMs, value } of samples) {
        if (!isOfPose({ metric }) || sampleMs < atMs) continue
        values[metric as PoseMetric] = value
        atMs = sampleMs
      }
      const before = known.get(deviceId)
      if (before && before.atMs > atMs) return
      known.delete(deviceId)
      const kept = before && arrivalMs - before.arrivalMs <= MAX_AGE_MS ? before.values : {}
      known.set(deviceId, { atMs, arrivalMs, values: { ...kept, ...values } })
      if (known.size > maxDrones) known.delete(known.keys().next().value as string)
    },
    latest(deviceId, nowMs) {
      const found = known.get(deviceId)
      if (!found || nowMs - found.arrivalMs > MAX_AGE_MS) return null
      return { pose: toPose(found.values), atMs: found.atMs }
    },
  }
}

function isOfPose({ metric }: Pick<Sample, 'metric'>): boolean {
  return NAMES.has(metric)
}

function toPose(values: Known['values']): Pose {
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
