import { flightAt } from './drone/flight.ts'
import type { PlannedFault } from './faults/fault.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { Effect } from './incidents/incident.ts'
import type { Round } from './plan-round.ts'
import { randomAt } from './random.ts'
import type { Rounds } from './rounds.ts'
import { measure } from './signals/measure.ts'
import { type Report, writeReadings } from './write-readings.ts'

export interface ReadingsEvent {
  kind: 'readings'
  atMs: number
  deviceId: string
  payload: Buffer
}

/**
 * The messages of readings that a device sends with `fromMs` ≤ time < `toMs`. Reports lie on a grid of absolute time,
 * shifted per device, and `seq` counts along it: a simulation that is started again goes on counting.
 */
export function readingsOf(device: SimulatedDevice, rounds: Rounds, fromMs: number, toMs: number): ReadingsEvent[] {
  const everyMs = Math.round(device.reportEveryS * 1000)
  const phaseMs = Math.floor(randomAt(rounds.seed, device.id, 'phase') * everyMs)
  const events: ReadingsEvent[] = []
  for (let seq = Math.ceil((fromMs - phaseMs) / everyMs); seq * everyMs + phaseMs < toMs; seq++)
    events.push(...reportAt(device, rounds, seq * everyMs + phaseMs, seq))
  return events
}

function reportAt(device: SimulatedDevice, rounds: Rounds, atMs: number, seq: number): ReadingsEvent[] {
  const around = rounds.around(atMs)
  const faults = around.flatMap((round) => faultsAt(round, device.id, atMs))
  if (around.some((round) => isOffAir(round, device.id, atMs))) return []
  if (faults.some((fault) => fault.kind === 'drop-out')) return []
  const effects = around.flatMap((round): readonly Effect[] => round.effectsOf.get(device.id) ?? [])
  const values =
    device.type === 'drone'
      ? telemetryAt(rounds, atMs)
      : measure({ device, seed: rounds.seed, atMs, seq, effects, faults })
  return toMessages(device, { atMs, seq, values }, faults)
}

/** True while the device has no power. */
export function isOffAir(round: Round, deviceId: string, atMs: number): boolean {
  return round.incidents.some(
    ({ offAir, truth }) => offAir?.deviceId === deviceId && truth.startMs <= atMs && atMs < truth.endMs,
  )
}

function faultsAt(round: Round, deviceId: string, atMs: number): PlannedFault[] {
  return (round.faultsOf.get(deviceId) ?? []).filter((fault) => fault.fromMs <= atMs && atMs < fault.toMs)
}

function toMessages(device: SimulatedDevice, report: Report, faults: PlannedFault[]): ReadingsEvent[] {
  const clock = faults.find((fault) => fault.kind === 'clock')
  const whole = writeReadings(device, { ...report, atMs: report.atMs + (clock?.offsetMs ?? 0) })
  const isBroken = faults.some((fault) => fault.kind === 'malformed')
  const payload = isBroken ? whole.subarray(0, Math.floor(whole.length * 0.6)) : whole
  const event: ReadingsEvent = { kind: 'readings', atMs: report.atMs, deviceId: device.id, payload }
  return faults.some((fault) => fault.kind === 'duplicate') ? [event, event] : [event]
}

function telemetryAt(rounds: Rounds, atMs: number): Record<string, number> {
  const state = rounds.shift?.toldAt(atMs) ?? flightAt(rounds.flight, atMs)
  const round = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals + 0
  return {
    lat: round(state.position.lat, 7),
    lon: round(state.position.lon, 7),
    rel_alt_m: round(state.relativeAltitudeM, 2),
    abs_alt_m: round(state.absoluteAltitudeM, 2),
    gimbal_pitch_deg: round(state.gimbalPitchDeg, 2),
    gimbal_yaw_deg: round(state.gimbalYawDeg, 2),
    gimbal_roll_deg: round(state.gimbalRollDeg, 2),
    battery_pct: Math.round(state.batteryPct),
  }
}
