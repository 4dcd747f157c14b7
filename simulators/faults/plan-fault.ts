import type { RefusalReason } from '../../core/refusal.ts'
import type { SimulatedDevice } from '../fleet.ts'
import { type PlanContext, silenceTruth, truthAt } from '../incidents/incident.ts'
import { randomAt } from '../random.ts'
import type { FaultEntry } from '../scenario.ts'
import type { Cut, FaultKind, PlannedFault } from './fault.ts'

/** A clock that lost its battery starts again in 1970. */
const FORGOTTEN_CLOCK_MS = -55 * 365 * 86_400_000
/** A clock that jumps is two days ahead, then two behind. */
const JUMP_MS = 2 * 86_400_000
/** Whose rules all wait, so that one wrong reading raises nothing. */
const DEFAULT_TYPE = 'river-station'
const DAY_MS = 86_400_000
const DEFAULT_PER_S = 20
const DEFAULT_DEVICES = 20
/** A storm: from one break to the next, and how long a device needs to come back. */
const STORM = { everyMs: 6000, awayMs: 500, spreadMs: 1500 }

/** A fault has one device, or several in a storm; it raises nothing, unless it keeps a device silent too long, and may have to be refused. */
export function planFault(entry: FaultEntry, context: PlanContext): PlannedFault {
  const device = context.pick(entry.type ?? DEFAULT_TYPE)
  const { kind } = entry
  const offsetMs = entry.offsetS === undefined ? usualOffsetMs(kind) : entry.offsetS * 1000
  const refusal = refusalOf(kind, offsetMs)
  const truth =
    kind === 'back-fill' ? silenceTruth(context, device) : { ...truthAt(context, device, 'device'), alerts: [] }
  return {
    truth: { ...truth, isIncident: false, ...(refusal === undefined ? {} : { refusal }) },
    ...{ kind, deviceId: device.id, offsetMs, perS: entry.perS ?? DEFAULT_PER_S },
    ...{ fromMs: context.startMs, toMs: context.endMs },
    cuts: cutsOf(entry, device, context),
  }
}

function usualOffsetMs(kind: FaultKind): number {
  return kind === 'clock-jump' ? JUMP_MS : FORGOTTEN_CLOCK_MS
}

function refusalOf(kind: FaultKind, offsetMs: number): RefusalReason | undefined {
  if (kind === 'malformed') return 'bad_payload'
  const isOutOfRange = offsetMs > DAY_MS || offsetMs <= FORGOTTEN_CLOCK_MS
  return (kind === 'clock' || kind === 'clock-jump') && isOutOfRange ? 'time_out_of_range' : undefined
}

function cutsOf(entry: FaultEntry, device: SimulatedDevice, { id, startMs, endMs, fleet, seed }: PlanContext): Cut[] {
  if (entry.kind === 'back-fill') return [{ deviceId: device.id, fromMs: startMs, toMs: endMs }]
  if (entry.kind !== 'reconnect-storm') return []
  const others = fleet
    .filter((one) => one !== device)
    .sort((a, b) => randomAt(seed, id, a.id) - randomAt(seed, id, b.id))
    .slice(0, (entry.devices ?? DEFAULT_DEVICES) - 1)
  const cuts: Cut[] = []
  for (let fromMs = startMs; fromMs + STORM.awayMs + STORM.spreadMs <= endMs; fromMs += STORM.everyMs)
    for (const { id: deviceId } of [device, ...others]) {
      const backMs = fromMs + STORM.awayMs + Math.floor(STORM.spreadMs * randomAt(seed, id, 'back', deviceId, fromMs))
      cuts.push({ deviceId, fromMs, toMs: backMs })
    }
  return cuts
}
