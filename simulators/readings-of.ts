import { flightAt } from './drone/flight.ts'
import type { PlannedFault } from './faults/fault.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { Effect } from './incidents/incident.ts'
import type { Round } from './plan-round.ts'
import { randomAt } from './random.ts'
import type { Rounds } from './rounds.ts'
import { measure } from './signals/measure.ts'
import { batchesOf, type NumberedReport, type ReadingsEvent, writeReadings } from './write-readings.ts'

/** A message held back comes after the next one. */
const HELD_REPORTS = 1.5

/**
 * The messages of readings that a device sends with `fromMs` ≤ time < `toMs`. Reports lie on a grid of absolute time,
 * shifted per device, and `seq` counts along it: a simulation that is started again goes on counting. A drone on
 * patrol speaks as a DJI drone does (`patrol/osd.ts`).
 */
export function readingsOf(device: SimulatedDevice, rounds: Rounds, fromMs: number, toMs: number): ReadingsEvent[] {
  if (device.type === 'drone' && rounds.shift !== undefined) return []
  const touching = new Set([...rounds.around(fromMs), ...rounds.overlapping(fromMs - 1, toMs)])
  const faults = [...touching].flatMap((round) => round.faultsOf.get(device.id) ?? [])
  const heldMs = faults.some(({ kind }) => kind === 'reorder') ? HELD_REPORTS * device.reportEveryS * 1000 : 0
  return [
    ...slotsOf(device, rounds, fromMs - heldMs, toMs)
      .flatMap(({ atMs, seq }) => reportAt(device, rounds, atMs, seq))
      .filter(({ atMs }) => fromMs <= atMs && atMs < toMs),
    ...faults.flatMap((fault) => (fault.kind === 'flood' ? floodOf(device, rounds, fault, { fromMs, toMs }) : [])),
    ...faults
      .filter(({ kind, toMs: endMs }) => kind === 'back-fill' && fromMs <= endMs && endMs < toMs)
      .flatMap((fault) => backFill(device, rounds, fault)),
  ]
}

interface Slot {
  atMs: number
  seq: number
}

/** A device reports at `phaseMs` and every `everyMs` after it, counted from the epoch. */
export function beatOf(device: SimulatedDevice, seed: number): { everyMs: number; phaseMs: number } {
  const everyMs = Math.round(device.reportEveryS * 1000)
  return { everyMs, phaseMs: Math.floor(randomAt(seed, device.id, 'phase') * everyMs) }
}

/** A device's moments of reporting. */
export function slotsOf(device: SimulatedDevice, rounds: Rounds, fromMs: number, toMs: number): Slot[] {
  const { everyMs, phaseMs } = beatOf(device, rounds.seed)
  const slots: Slot[] = []
  for (let seq = Math.ceil((fromMs - phaseMs) / everyMs); seq * everyMs + phaseMs < toMs; seq++)
    slots.push({ atMs: seq * everyMs + phaseMs, seq })
  return slots
}

function reportAt(device: SimulatedDevice, rounds: Rounds, atMs: number, seq: number): ReadingsEvent[] {
  const around = rounds.around(atMs)
  const faults = around.flatMap((round) => faultsAt(round, device.id, atMs))
  if (around.some((round) => isOffAir(round, device.id, atMs))) return []
  if (faults.some(({ kind }) => kind === 'drop-out' || kind === 'back-fill')) return []
  return toMessages(device, { atMs, seq, values: valuesAt(device, rounds, { atMs, seq }, faults) }, faults)
}

function valuesAt(
  device: SimulatedDevice,
  rounds: Rounds,
  { atMs, seq }: Slot,
  faults: PlannedFault[],
): Record<string, number> {
  if (device.type === 'drone') return telemetryAt(rounds, atMs)
  const effects = rounds.around(atMs).flatMap((round): readonly Effect[] => round.effectsOf.get(device.id) ?? [])
  return measure({ device, seed: rounds.seed, atMs, seq, effects, faults })
}

/** A device that has gone mad says what it measures again and again; such messages bear no number. */
function floodOf(device: SimulatedDevice, rounds: Rounds, fault: PlannedFault, span: Span): ReadingsEvent[] {
  const everyMs = Math.max(1, Math.round(1000 / fault.perS))
  const [firstMs, lastMs] = [Math.max(span.fromMs, fault.fromMs), Math.min(span.toMs, fault.toMs)]
  const events: ReadingsEvent[] = []
  for (let n = Math.ceil(firstMs / everyMs); n * everyMs < lastMs; n++) {
    const values = valuesAt(device, rounds, { atMs: n * everyMs, seq: n }, [])
    const payload = writeReadings(device, { atMs: n * everyMs, values })
    events.push({ kind: 'readings', atMs: n * everyMs, deviceId: device.id, payload })
  }
  return events
}

/** What a device kept while it had no connection, oldest first, in as few messages as it takes. */
function backFill(device: SimulatedDevice, rounds: Rounds, { fromMs, toMs }: PlannedFault): ReadingsEvent[] {
  const reports = slotsOf(device, rounds, fromMs, toMs).map((slot) => ({
    ...slot,
    values: valuesAt(device, rounds, slot, []),
  }))
  return batchesOf(device, reports).map(({ deviceId, payload }) => ({
    kind: 'readings',
    atMs: toMs,
    deviceId,
    payload,
  }))
}

interface Span {
  fromMs: number
  toMs: number
}

/** True while the device has no power, or sends what it kept before. */
export function isOffAir(round: Round, deviceId: string, atMs: number): boolean {
  return round.incidents.some(({ offAir, keepsBack, truth }) => {
    if (offAir?.deviceId === deviceId && truth.startMs <= atMs && atMs < truth.endMs) return true
    return (
      keepsBack !== undefined &&
      keepsBack.fromMs <= atMs &&
      atMs < keepsBack.toMs &&
      keepsBack.deviceIds.includes(deviceId)
    )
  })
}

function faultsAt(round: Round, deviceId: string, atMs: number): PlannedFault[] {
  return (round.faultsOf.get(deviceId) ?? []).filter((fault) => fault.fromMs <= atMs && atMs < fault.toMs)
}

function toMessages(device: SimulatedDevice, report: NumberedReport, faults: PlannedFault[]): ReadingsEvent[] {
  const is = (kind: PlannedFault['kind']) => faults.some((fault) => fault.kind === kind)
  const whole = writeReadings(device, { ...report, atMs: report.atMs + clockErrorMs(faults, report.seq) })
  const payload = is('malformed') ? whole.subarray(0, Math.floor(whole.length * 0.6)) : whole
  const heldMs = is('reorder') && report.seq % 2 === 0 ? HELD_REPORTS * device.reportEveryS * 1000 : 0
  const event: ReadingsEvent = { kind: 'readings', atMs: report.atMs + heldMs, deviceId: device.id, payload }
  return is('duplicate') ? [event, event] : [event]
}

/** A clock that jumps is right at every other report, and else ahead and behind by turns. */
function clockErrorMs(faults: PlannedFault[], seq: number): number {
  const wrong = faults.find(({ kind }) => kind === 'clock' || kind === 'clock-jump')
  if (wrong === undefined) return 0
  if (wrong.kind === 'clock') return wrong.offsetMs
  const turn = ((seq % 4) + 4) % 4
  return turn === 1 ? wrong.offsetMs : turn === 3 ? -wrong.offsetMs : 0
}

function telemetryAt(rounds: Rounds, atMs: number): Record<string, number> {
  const state = flightAt(rounds.flight, atMs)
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
