import { AppError } from '../core/errors.ts'
import { type Flight, flightAt } from './drone/flight.ts'
import type { PlannedFault } from './faults/fault.ts'
import { planFault } from './faults/plan-fault.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { Effect, PlanContext, PlannedIncident } from './incidents/incident.ts'
import { planIncident } from './incidents/plan-incident.ts'
import { occurrences } from './occurrences.ts'
import type { Shift } from './patrol/shift.ts'
import { randomAt } from './random.ts'
import type { FaultEntry, IncidentEntry, Scenario } from './scenario.ts'
import { LOCAL_OFFSET_MS } from './signals/weather.ts'

/** One round of a scenario: every incident and fault with its time and place. */
export interface Round {
  startMs: number
  incidents: PlannedIncident[]
  faults: PlannedFault[]
  /** Effects and faults by the device that they touch. */
  effectsOf: ReadonlyMap<string, readonly Effect[]>
  faultsOf: ReadonlyMap<string, readonly PlannedFault[]>
}

export interface RoundInput {
  scenario: Scenario
  fleet: readonly SimulatedDevice[]
  seed: number
  /** From 0. Every round draws its devices anew. */
  index: number
  startMs: number
  flight: Flight
  /** Its patrols, where the scenario has some: then the flight is not asked for. */
  shift?: Shift | undefined
}

const DAY_MS = 86_400_000

/** Pure. Throws `config_invalid` when an entry names a device that does not exist. */
export function planRound(input: RoundInput): Round {
  const { scenario, startMs } = input
  const taken = new Set<string>()
  const plan = <E extends Timed, P>(entries: E[], letter: string, make: (entry: E, context: PlanContext) => P): P[] =>
    lastingFirst(entries).flatMap(({ entry, i }) =>
      occurrences(entry, scenario.loopS).map((atS, j) =>
        make(entry, toContext(input, { ...entry, atS }, `${letter}${i + 1}.${j + 1}`, taken)),
      ),
    )
  const incidents = plan(scenario.incidents, 'i', planIncident)
  const faults = plan(scenario.faults ?? [], 'f', planFault)
  const effects = incidents.flatMap((incident) => incident.effects)
  return { startMs, incidents, faults, effectsOf: byDevice(effects), faultsOf: byDevice(faults) }
}

/** What stays where it is in all rounds chooses its place first. */
function lastingFirst<E extends Timed>(entries: readonly E[]): { entry: E; i: number }[] {
  const isLasting = ({ kind }: E) => (kind === 'renovation' ? 1 : 0)
  return entries.map((entry, i) => ({ entry, i })).sort((a, b) => isLasting(b.entry) - isLasting(a.entry))
}

type Timed = IncidentEntry | FaultEntry

function toContext(input: RoundInput, entry: Timed, name: string, taken: Set<string>): PlanContext {
  const { fleet, seed, index, startMs, flight, shift } = input
  const { world } = flight
  return {
    id: `${index}-${name}-${entry.kind}`,
    kind: entry.kind,
    startMs: startMs + entry.atS * 1000,
    endMs: startMs + (entry.atS + entry.forS) * 1000,
    fleet,
    pick: (type) => draw({ fleet, type, taken, seed, key: `${index}-${name}`, named: entry.device }),
    pickLasting: (type) => draw({ fleet, type, taken, seed, key: `${name}-${firstDay(input)}`, named: entry.device }),
    isFirst: index === 0,
    roundStartMs: startMs,
    hasHouses: input.scenario.houses !== undefined,
    hasPatrol: shift !== undefined,
    buildingAt: (address) => world.buildings.find((building) => building.address === address)?.id,
    droneAt(atMs) {
      const { position, alongM } = shift ? shift.at(atMs) : flightAt(flight, atMs)
      return { position, alongM, place: world.river.placeAt(alongM), isFlying: shift?.at(atMs).isFlying ?? true }
    },
    course: world.course,
    seed,
  }
}

/** Local day of the start of all. */
function firstDay({ scenario, index, startMs }: RoundInput): number {
  return Math.floor((startMs - index * scenario.loopS * 1000 + LOCAL_OFFSET_MS) / DAY_MS)
}

interface Draw {
  fleet: readonly SimulatedDevice[]
  type: string
  taken: Set<string>
  seed: number
  key: string
  named: string | undefined
}

/** A drawn device is not drawn again in the same round, unless all are taken. */
function draw({ fleet, type, taken, seed, key, named }: Draw): SimulatedDevice {
  const wanted = fleet.filter((device) => (named === undefined ? device.type === type : device.id === named))
  const free = wanted.filter((device) => !taken.has(device.id))
  const candidates = free.length > 0 ? free : wanted
  const device = candidates[Math.floor(randomAt(seed, 'pick', key) * candidates.length)]
  if (device === undefined)
    throw new AppError('config_invalid', `the scenario has no device ${named ?? `of type ${type}`}`)
  taken.add(device.id)
  return device
}

function byDevice<T extends { deviceId: string }>(items: T[]): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const item of items) map.set(item.deviceId, [...(map.get(item.deviceId) ?? []), item])
  return map
}
