import { DEVICE_TYPES } from '../../core/metrics.ts'
import type { PlannedFault } from '../faults/fault.ts'
import type { SimulatedDevice } from '../fleet.ts'
import type { Effect } from '../incidents/incident.ts'
import { randomAt } from '../random.ts'
import { normalValue } from './normal-value.ts'
import { toResolution } from './resolution.ts'

/** Batteries are told in every twentieth report only, and not by all devices at once. */
const BATTERY_EVERY = 20
/** What devices of a type also send here though not all of their kind do. */
const ALSO: Record<string, string[]> = {
  'tilt-sensor': ['temp_c'],
  'crack-gauge': ['temp_c'],
  'settlement-gauge': ['temp_c'],
}
/** What a sensor says when it is lifted out of the water or its line is disturbed: the ends of its range. */
const SPIKES: Record<string, number> = { do_mg_l: 0, turbidity_ntu: 4000, rh_pct: 100, temp_c: 0 }

/** What a membrane that fouls, a window that grows over and a reference that ages make of a reading in the end: so much is added. */
const DRIFTS: Record<string, number> = { do_mg_l: -0.5, turbidity_ntu: 9, ph: 0.2, temp_c: 0.6, rh_pct: 4, noise_db: 3 }

export interface Measurement {
  device: SimulatedDevice
  seed: number
  atMs: number
  /** The device's own count of reports. */
  seq: number
  effects: readonly Effect[]
  faults: readonly PlannedFault[]
}

/** What the device reports at this moment: an ordinary day, changed by what is happening, bent by what is broken. */
export function measure(measurement: Measurement): Record<string, number> {
  const { device, seq, atMs, faults } = measurement
  const stuck = faults.find((fault) => fault.kind === 'stuck')
  const spike = faults.find((fault) => fault.kind === 'spike' && isFirstReport(fault, device, atMs))
  const turn = Math.floor(randomAt(measurement.seed, device.id, 'battery turn') * BATTERY_EVERY)
  const values: Record<string, number> = {}
  for (const metric of [...(DEVICE_TYPES[device.type]?.metrics ?? []), ...(ALSO[device.type] ?? [])]) {
    if (metric === 'battery_pct' && (seq + turn) % BATTERY_EVERY !== 0) continue
    const value = truthOf(metric, measurement, stuck?.fromMs ?? atMs)
    const shown = value + driftOf(faults, atMs) * (DRIFTS[metric] ?? 0)
    values[metric] = toResolution(metric, spike === undefined ? shown : (SPIKES[metric] ?? shown))
  }
  return values
}

function truthOf(metric: string, { device, seed, effects }: Measurement, atMs: number): number {
  let value = normalValue(metric, { device, atMs, seed })
  for (const effect of effects)
    if (effect.fromMs <= atMs && atMs < effect.toMs) value = effect.change(metric, atMs, value)
  return value
}

/** 0 at the start of a drift, 1 at its end, when somebody calibrates the sensor. */
function driftOf(faults: readonly PlannedFault[], atMs: number): number {
  const drift = faults.find(({ kind }) => kind === 'drift')
  return drift === undefined ? 0 : (atMs - drift.fromMs) / (drift.toMs - drift.fromMs)
}

function isFirstReport(fault: PlannedFault, device: SimulatedDevice, atMs: number): boolean {
  return atMs - fault.fromMs < device.reportEveryS * 1000
}
