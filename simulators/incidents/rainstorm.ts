import type { SimulatedDevice } from '../fleet.ts'
import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { fillPit } from './flooding.ts'
import { type Effect, type ExpectedAlert, fading, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_RAIN_MM_H = 70
/** What runs into one pit: its roof, ramp and yard, least and most. */
const CATCHMENT_M2 = [1200, 2200] as const
const PIT_M2 = 2.5
/** What a pit's own pump lifts. */
const PUMP_LPS = 6
/** The level of the lowest warning over that of an empty pit, and the rule's delay with two readings. */
const WARNED_M = 0.32
const DELAY_S = 14
/** A small urban river answers to rain within minutes, and runs down within hours. */
const RIVER = { mPerMmH: 0.009, riseTauS: 420, fallTauS: 5400 }
/** What streets and sewers wash into it. */
const TURBIDITY_NTU = 30
const DEFAULT_PITS = 4

/** Rational method (Kuichling 1889) with a run-off of 1, litres a second: 1 mm on 1 m² is a litre. */
export function runoffLps(rainMmH: number, catchmentM2: number): number {
  return (rainMmH * catchmentM2) / 3600
}

/** A river as a linear reservoir: its rise, m, `t` seconds after steady rain began. */
export function riverRiseM(t: number, rainMmH: number): number {
  return RIVER.mPerMmH * rainMmH * (1 - Math.exp(-t / RIVER.riseTauS))
}

/** A cloudburst: several basements take in more than their pumps lift, and the river rises and turns brown. */
export function planRainstorm(entry: IncidentOf<'rainstorm'>, context: PlanContext): PlannedIncident {
  const rainMmH = entry.rainMmH ?? DEFAULT_RAIN_MM_H
  const wanted = Math.min(entry.pits ?? DEFAULT_PITS, context.fleet.filter(({ type }) => type === 'water-level').length)
  // Where other incidents have taken all pits, the same one is picked again.
  const picked = new Set(Array.from({ length: Math.max(1, wanted) }, () => context.pick('water-level')))
  const pits = [...picked].map((device) => toPit(device, rainMmH, context))
  const stations = context.fleet.filter(({ type }) => type === 'river-station')
  return {
    truth: { ...truthAt(context, pits[0]!.device, 'water'), alerts: pits.flatMap((pit) => expected(pit, context)) },
    effects: [
      ...pits.map(({ device, netLps }) => fillPit(device, context, { inflowLps: netLps, areaM2: PIT_M2 })),
      ...stations.map((station) => riverEffect(station, rainMmH, context)),
    ],
  }
}

interface Pit {
  device: SimulatedDevice
  /** What comes in and is not lifted. */
  netLps: number
}

function toPit(device: SimulatedDevice, rainMmH: number, { seed }: PlanContext): Pit {
  const [least, most] = CATCHMENT_M2
  const catchmentM2 = least + (most - least) * randomAt(seed, device.id, 'catchment')
  return { device, netLps: Math.max(0, runoffLps(rainMmH, catchmentM2) - PUMP_LPS) }
}

function expected({ device, netLps }: Pit, { startMs, endMs }: PlanContext): ExpectedAlert[] {
  const warnedS = (WARNED_M * PIT_M2 * 1000) / netLps
  const isLongEnough = (endMs - startMs) / 1000 > warnedS + DELAY_S + device.reportEveryS
  return isLongEnough ? [{ device: device.id, category: 'water', fromMs: startMs, byMs: endMs }] : []
}

function riverEffect(station: SimulatedDevice, rainMmH: number, { startMs, endMs }: PlanContext): Effect {
  return {
    deviceId: station.id,
    fromMs: startMs,
    toMs: endMs + 6 * RIVER.fallTauS * 1000,
    change(metric, atMs, value) {
      const share = riverRiseM((Math.min(atMs, endMs) - startMs) / 1000, 1) / RIVER.mPerMmH
      const left = share * fading(atMs, endMs, RIVER.fallTauS)
      if (metric === 'level_m') return value + RIVER.mPerMmH * rainMmH * left
      return metric === 'turbidity_ntu' ? value + TURBIDITY_NTU * left : value
    },
  }
}
