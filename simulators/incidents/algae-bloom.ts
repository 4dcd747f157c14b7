import type { SimulatedDevice } from '../fleet.ts'
import { bloomsAt } from '../patrol/shift.ts'
import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { type Effect, type ExpectedAlert, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_TO_M = 600
const DEFAULT_PATCHES = 5
const DAY_S = 86_400
/** At its height: what light makes and night takes, mg/L; what carbon taken up does to pH; what the cells do to the water. */
const SWING_MG_L = 8
const PH = { rise: 1.35, swing: 0.6 }
const TURBIDITY_NTU = 24
/** A bloom doubles some times in its first day: half of it is there after so much of its time. */
const HALF_AT = 0.2
const STEEPNESS = 18
/** The shipped rules wait 6 minutes; pH is beyond 9 for a third of a day. */
const LEAST_DAY_S = 1200

/** 0…1: how far a bloom has grown after a share of its time, logistic. */
export function bloomAt(share: number): number {
  return 1 / (1 + Math.exp(-STEEPNESS * (share - HALF_AT)))
}

/** -1 at the end of the night, 1 in the late afternoon; `t` seconds after noon, `timeScale` times faster than nature. */
export function daylightAt(t: number, timeScale: number): number {
  return Math.sin((2 * Math.PI * (t * timeScale)) / DAY_S)
}

/**
 * Algae bloom along a reach: the oxygen swings between too much by day and too little before dawn, pH rises with it, and the water turns green.
 * It begins at noon; `timeScale` compresses its days into minutes.
 */
export function planAlgaeBloom(entry: IncidentOf<'algae-bloom'>, context: PlanContext): PlannedIncident {
  const { startMs, endMs, fleet, seed, id, course } = context
  const [fromM, toM, timeScale] = [entry.fromM, entry.fromM + (entry.lengthM ?? DEFAULT_TO_M), entry.timeScale ?? 1]
  const stations = fleet.filter(({ type, alongM = -1 }) => type === 'river-station' && fromM <= alongM && alongM <= toM)
  const at = stations[0] ?? context.pick('river-station')
  const isLongEnough = DAY_S / timeScale >= LEAST_DAY_S && endMs - startMs >= (DAY_S / timeScale) * 1000
  const spots = Array.from({ length: entry.patches ?? DEFAULT_PATCHES }, (_, i) => ({
    alongM: fromM + (toM - fromM) * randomAt(seed, id, 'patch', i),
  }))
  return {
    truth: {
      ...truthAt(context, at, 'river'),
      alerts: isLongEnough ? stations.map((one) => expected(one, context)) : [],
    },
    effects: stations.map((station) => toEffect(station, timeScale, context)),
    ...(context.hasPatrol && { afloat: bloomsAt({ course, seed, id }, spots) }),
  }
}

function expected({ id }: SimulatedDevice, { startMs, endMs }: PlanContext): ExpectedAlert {
  return { device: id, category: 'river', fromMs: startMs, byMs: endMs }
}

function toEffect({ id }: SimulatedDevice, timeScale: number, { startMs, endMs }: PlanContext): Effect {
  return {
    deviceId: id,
    fromMs: startMs,
    toMs: endMs,
    change(metric, atMs, value) {
      const grown = bloomAt((atMs - startMs) / (endMs - startMs))
      const light = daylightAt((atMs - startMs) / 1000, timeScale)
      if (metric === 'do_mg_l') return Math.max(0.2, value + grown * SWING_MG_L * light)
      if (metric === 'ph') return value + grown * (PH.rise + PH.swing * light)
      return metric === 'turbidity_ntu' ? value + grown * TURBIDITY_NTU : value
    },
  }
}
