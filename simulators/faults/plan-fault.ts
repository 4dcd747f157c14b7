import type { RefusalReason } from '../../core/refusal.ts'
import { type PlanContext, truthAt } from '../incidents/incident.ts'
import type { FaultEntry } from '../scenario.ts'
import type { FaultKind, PlannedFault } from './fault.ts'

/** A clock that lost its battery starts again in 1970. */
const FORGOTTEN_CLOCK_MS = -55 * 365 * 86_400_000
/** Whose rules all wait, so that one wrong reading raises nothing. */
const DEFAULT_TYPE = 'river-station'
const DAY_MS = 86_400_000

/** A fault has one device, raises nothing, and may have to be refused. */
export function planFault(entry: FaultEntry, context: PlanContext): PlannedFault {
  const device = context.pick(entry.type ?? DEFAULT_TYPE)
  const offsetMs = entry.offsetS === undefined ? FORGOTTEN_CLOCK_MS : entry.offsetS * 1000
  const refusal = refusalOf(entry.kind, offsetMs)
  return {
    truth: {
      ...truthAt(context, device, 'device'),
      isIncident: false,
      alerts: [],
      ...(refusal === undefined ? {} : { refusal }),
    },
    kind: entry.kind,
    deviceId: device.id,
    fromMs: context.startMs,
    toMs: context.endMs,
    offsetMs,
  }
}

function refusalOf(kind: FaultKind, offsetMs: number): RefusalReason | undefined {
  if (kind === 'malformed') return 'bad_payload'
  const isOutOfRange = offsetMs > DAY_MS || offsetMs <= FORGOTTEN_CLOCK_MS
  return kind === 'clock' && isOutOfRange ? 'time_out_of_range' : undefined
}
