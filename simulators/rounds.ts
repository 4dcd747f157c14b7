import type { Flight } from './drone/flight.ts'
import type { SimulatedDevice } from './fleet.ts'
import { occurrences } from './occurrences.ts'
import { createShift, type Shift } from './patrol/shift.ts'
import { planRound, type Round } from './plan-round.ts'
import { isSeenByDrone, type Scenario } from './scenario.ts'
import type { World } from './world.ts'

export interface StoryOptions {
  scenario: Scenario
  fleet: readonly SimulatedDevice[]
  world: World
  seed: number
  /** Start of the first round and of the drone's patrol, simulated ms since the epoch. */
  startMs: number
}

/** The scenario laid out in time, round after round without end. */
export interface Rounds {
  seed: number
  flight: Flight
  /** The drone's patrols, where the scenario has some. */
  shift: Shift | undefined
  /** The round of this moment and the one before it, whose last effects may still fade. */
  around(atMs: number): Round[]
  /** Rounds that touch the time, oldest first. */
  overlapping(fromMs: number, toMs: number): Round[]
}

/** A drone takes a picture this often where the scenario does not say, seconds. */
export const FRAME_EVERY_S = 8
/** Rounds looked at again and again are planned once. */
const KEPT_ROUNDS = 4

export function createRounds(options: StoryOptions): Rounds {
  const { scenario, fleet, seed, startMs } = options
  const loopMs = scenario.loopS * 1000
  const flight = toFlight(options, loopMs)
  const shift = toShift(options)
  const kept = new Map<number, Round>()

  function roundOf(index: number): Round {
    const startsMs = startMs + index * loopMs
    const round = kept.get(index) ?? planRound({ scenario, fleet, seed, index, startMs: startsMs, flight, shift })
    kept.set(index, round)
    if (kept.size > KEPT_ROUNDS) kept.delete(Math.min(...kept.keys()))
    return round
  }

  function overlapping(fromMs: number, toMs: number): Round[] {
    const first = Math.max(0, Math.floor((fromMs - startMs) / loopMs))
    const last = Math.max(first, Math.ceil((toMs - startMs) / loopMs) - 1)
    return Array.from({ length: last - first + 1 }, (_, i) => roundOf(first + i))
  }
  return { seed, flight, shift, around: (atMs) => overlapping(atMs - loopMs, atMs + 1), overlapping }
}

function toShift({ scenario, world, seed, startMs }: StoryOptions): Shift | undefined {
  const { patrol, frameEveryS = FRAME_EVERY_S } = scenario
  return patrol && createShift({ ...patrol, course: world.course, seed, startMs, everyS: frameEveryS })
}

function toFlight({ scenario, world, seed, startMs }: StoryOptions, loopMs: number): Flight {
  const hovers = scenario.incidents
    .filter(isSeenByDrone)
    .flatMap((entry) => occurrences(entry, scenario.loopS).map((atS) => ({ atS, forS: entry.forS })))
    .map(({ atS, forS }) => ({ fromMs: atS * 1000, toMs: (atS + forS) * 1000 }))
  return { world, seed, startMs, loopMs, hovers }
}
