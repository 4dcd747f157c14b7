import { AppError } from '../../core/errors.ts'
import type { PatrolPlanEvent, ReviewEvent } from '../../core/finding-events.ts'
import type { PatrolPlan } from '../../core/patrol.ts'
import type { Whereabouts } from './airborne.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import type { FindingState } from './finding-state.ts'
import { createFlightLog, type FlightLog } from './flight-log.ts'
import { type RememberedFlight, rememberFlight, restoreFlight } from './flight-state.ts'
import { expiryMs } from './look-again.ts'
import type { PatrolSettings } from './settings.ts'

/** A person's word that the book takes in. */
export type PatrolWord = ReviewEvent | PatrolPlanEvent

/** All that a patrol book knows. */
export interface PatrolState {
  /** Position of the last observation taken in, 0 before the first. */
  seq: number
  /** How far time has come, ms since the epoch. */
  clockMs: number
  /** Nothing is decided by time before this; Infinity: never. */
  dueMs: number
  flights: FlightLog
  findings: FindingLog
  plans: Map<string, PatrolPlan>
  drones: Map<string, Whereabouts>
  /** Words that wait for their place among the observations, in order. */
  words: PatrolWord[]
}

/** Written into every snapshot; one of another version is not read. */
const SNAPSHOT_VERSION = 1

interface PatrolSnapshot {
  version: typeof SNAPSHOT_VERSION
  seq: number
  clockMs: number
  flights: RememberedFlight[]
  findings: FindingState[]
  counts: FindingLog['counts']
  plans: PatrolPlan[]
  drones: [string, Whereabouts][]
  words: PatrolWord[]
}

/** The state that a snapshot holds, or an empty one. Throws `config_invalid` when it is of another version. */
export function restorePatrol(snapshot: unknown, settings: PatrolSettings): PatrolState {
  const past = (snapshot ?? null) as PatrolSnapshot | null
  if (past !== null && past.version !== SNAPSHOT_VERSION)
    throw new AppError('config_invalid', 'the patrol snapshot is of another version', { version: past.version })
  const isTimed = (finding: FindingState) => Number.isFinite(expiryMs(finding, settings))
  return {
    seq: past?.seq ?? 0,
    clockMs: past?.clockMs ?? 0,
    dueMs: past === null ? Number.POSITIVE_INFINITY : 0,
    flights: createFlightLog(settings.silenceS * 1000, past?.flights.map(restoreFlight)),
    findings: createFindingLog(isTimed, past?.findings, past?.counts),
    plans: new Map(past?.plans.map((plan) => [plan.id, plan])),
    drones: new Map(past?.drones.map(([id, where]) => [id, { ...where }])),
    words: [...(past?.words ?? [])],
  }
}

/** Copies the state; flights that did not change since the last time are not copied again. */
export function createPatrolMemory(): (state: PatrolState) => PatrolSnapshot {
  let kept = new Map<string, RememberedFlight>()
  return ({ seq, clockMs, flights, findings, plans, drones, words }) => {
    const now = new Map<string, RememberedFlight>()
    for (const [id, flight] of flights.byId) {
      const before = kept.get(id)
      now.set(id, before?.version === flight.version ? before : rememberFlight(flight))
    }
    kept = now
    return {
      ...{ version: SNAPSHOT_VERSION, seq, clockMs },
      flights: [...now.values()],
      findings: [...findings.byId.values()],
      counts: { ...findings.counts },
      plans: [...plans.values()],
      drones: [...drones].map(([id, where]) => [id, { ...where }]),
      words: [...words],
    }
  }
}
