import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'
import { toAppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { PatrolPlan } from '../core/patrol.ts'
import { createFleet, type SimulatedDevice } from './fleet.ts'
import type { Truth } from './incidents/incident.ts'
import { planOf } from './patrol/plan-of.ts'
import { createStudio, type Studio, type StudioOptions } from './patrol/studio.ts'
import { makeHouses } from './quarter/houses.ts'
import { type RecordEvent, recordsBetween, withoutSensors } from './quarter/records.ts'
import { type Crew, type CrewCounts, type CrewOptions, createCrew } from './run/crew.ts'
import type { Scenario } from './scenario.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import type { World } from './world.ts'

export interface SimulationOptions extends Omit<CrewOptions, 'fleet' | 'studio' | 'plans' | 'houses' | 'filed'> {
  scenario: Scenario
  seed: number
  world: World
  clock: Clock
  /** Simulated seconds per second; `max`: the next second begins when all of the last one is acknowledged. 1 when left out. */
  speed?: Speed
  /** Start of the simulated time, ms; now when left out. With a speed above 1, choose it so that it ends before now. */
  startMs?: number
  /** The simulated time ends after so long; never when left out. */
  lastsMs?: number
  /** A service that lives in the simulated time: its clock is moved, and at `max` it is asked whether it is done with what it took in. */
  service?: { moveTo(atMs: number): void; settled(): Promise<void> }
  /** Opens what draws the pictures of patrols, for one run; in this thread when left out. */
  openStudio?: (options: StudioOptions) => Studio
}

export type Speed = number | 'max'

export interface SimulationStatus extends CrewCounts {
  state: 'stopped' | 'starting' | 'running'
  devices: number
  /** Simulated time, ms since the epoch. */
  atMs: number
  /** Ids of the incidents and faults that last at the moment. */
  active: string[]
}

export interface Simulation {
  readonly fleet: readonly SimulatedDevice[]
  /**
   * Registers and connects all devices, then lets time run; resolves when it runs. A service that is not there yet is
   * waited for. Rejects with `unauthorized`, `forbidden` or `bad_request` when waiting cannot help.
   */
  start(): Promise<void>
  /** Resolves once the simulated time has ended and all is acknowledged, or when it is stopped. */
  ended(): Promise<void>
  /** Disconnects all devices. May be called twice, and while it starts. */
  stop(): Promise<void>
  status(): SimulationStatus
  /** Start of the simulated time, ms; 0 before the first start. */
  startedMs(): number
  /** Incidents and faults that have begun since the start. */
  truth(): Truth[]
}

const PLAN_ID = 'simulated-patrol'
const TICK_MS = 100
/** Simulated time between two waits for acknowledgements at `max`. */
const STEP_MS = 1000
const FILED_BEFORE_MS = 60 * 86_400_000
/** Records of the past have ids of their own. */
const FILED_SEED = 1_000_000
/** After a longer pause (a laptop that slept) the devices don't make up for what they missed. */
const CATCH_UP_MS = 10_000
const NOTHING: CrewCounts = { connected: 0, sent: 0, acknowledged: 0, dropped: 0, refusedLogins: 0 }

interface Run {
  state: 'starting' | 'running'
  crew: Crew
  timeline: Timeline
  startMs: number
  /** Everything before this has been done. */
  reachedMs: number
  ticker?: NodeJS.Timeout
  /** Resolves when `end` is called: its time is over, or it was stopped. */
  over: Promise<void>
  end(): void
}

/** A sub-district that speaks MQTT and HTTP like any other. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { scenario, seed, clock, log } = options
  const { speed = 1, lastsMs = Number.POSITIVE_INFINITY, service: served } = options
  const openStudio = options.openStudio ?? createStudio
  const fleet = createFleet(options.world, seed, scenario)
  const houses = scenario.houses ? makeHouses(options.world, seed, fleet) : []
  let run: Run | null = null
  let last: Run | null = null

  /** Two records a day over two months. */
  function filedBefore(startMs: number): RecordEvent[] {
    if (houses.length === 0) return []
    return recordsBetween(
      withoutSensors(houses),
      { seed: seed + FILED_SEED, everyS: 43_200 },
      startMs - FILED_BEFORE_MS,
      startMs,
    )
  }

  function begin(): Run {
    const startMs = options.startMs ?? clock.nowMs()
    const timeline = createTimeline({ ...options, fleet, startMs })
    let end = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    return {
      state: 'starting',
      crew: createCrew({
        ...options,
        fleet,
        studio: openStudio({ seed }),
        plans: plansOf(options, fleet),
        houses,
        filed: filedBefore(startMs),
      }),
      timeline,
      startMs,
      reachedMs: startMs,
      over,
      end,
    }
  }

  /** Time begins when all devices are there. */
  function letTimeRun(started: Run): void {
    const wallMs = clock.nowMs()
    const startMs = options.startMs ?? wallMs
    const timeline = createTimeline({ ...options, fleet, startMs })
    Object.assign(started, { state: 'running', timeline, startMs, reachedMs: startMs })
    if (speed === 'max') {
      void runFlatOut(started)
      return
    }
    started.ticker = setInterval(() => {
      const untilMs = Math.min(startMs + (clock.nowMs() - wallMs) * speed, startMs + lastsMs)
      served?.moveTo(untilMs)
      tick(started, { untilMs, mostMs: CATCH_UP_MS * speed }, log)
      if (started.reachedMs >= startMs + lastsMs) void finish(started)
    }, TICK_MS)
  }

  /** As fast as the service acknowledges, but never ahead of its clock. */
  async function runFlatOut(started: Run): Promise<void> {
    const endMs = started.startMs + lastsMs
    while (run === started && started.reachedMs < endMs) {
      const mostMs = served ? endMs : Math.min(endMs, clock.nowMs())
      const untilMs = Math.min(started.reachedMs + STEP_MS, mostMs)
      if (untilMs <= started.reachedMs) {
        await wait(TICK_MS)
        continue
      }
      served?.moveTo(untilMs)
      tick(started, { untilMs, mostMs: STEP_MS }, log)
      started.reachedMs = untilMs
      await started.crew.settled()
      await served?.settled()
    }
    if (run === started) await finish(started)
  }

  async function finish(started: Run): Promise<void> {
    clearInterval(started.ticker)
    await started.crew.settled()
    await served?.settled()
    started.end()
  }

  async function stop(): Promise<void> {
    const stopping = run
    if (stopping === null) return
    run = null
    clearInterval(stopping.ticker)
    stopping.end()
    await stopping.crew.close()
    log.info({ devices: fleet.length }, 'simulation stopped')
  }

  async function start(): Promise<void> {
    if (run !== null) return
    const started = begin()
    run = started
    last = started
    try {
      await started.crew.open()
    } catch (thrown) {
      if (run !== started) return
      await stop()
      throw toAppError(thrown)
    }
    if (run !== started) return
    letTimeRun(started)
    log.info({ devices: fleet.length, scenario: scenario.name, seed }, 'simulation runs')
  }

  return {
    fleet,
    start,
    stop,
    ended: () => run?.over ?? Promise.resolve(),
    status: () => toStatus(run, last, { devices: fleet.length, loopMs: scenario.loopS * 1000 }),
    startedMs: () => last?.startMs ?? 0,
    truth: () => (last === null ? [] : last.timeline.truth(last.startMs, last.reachedMs + 1)),
  }
}

/** The route that the drones of a scenario with patrols fly; the waypoints say which flights are of it. */
function plansOf({ scenario, world }: SimulationOptions, fleet: readonly SimulatedDevice[]): PatrolPlan[] {
  const devices = fleet.filter(({ type }) => type === 'drone').map(({ id }) => id)
  const { patrol } = scenario
  return patrol && devices.length > 0 ? [{ id: PLAN_ID, devices, ...planOf(world.course, patrol) }] : []
}

/**
 * Does what is due; after a long pause only the last `mostMs` of it, with everybody back on the air. Beside the service
 * in one process, a fault of the simulation must not end the service.
 */
function tick(run: Run, { untilMs, mostMs }: { untilMs: number; mostMs: number }, log: Log): void {
  try {
    if (untilMs - run.reachedMs > mostMs) {
      run.reachedMs = untilMs - mostMs
      run.crew.open().catch((err) => log.warn({ err }, 'simulated devices could not come back'))
    }
    const events = run.timeline.between(run.reachedMs, untilMs)
    run.reachedMs = Math.max(run.reachedMs, untilMs)
    for (const event of events) run.crew.perform(event)
  } catch (err) {
    log.error({ err }, 'simulation stumbled')
  }
}

function toStatus(run: Run | null, last: Run | null, of: { devices: number; loopMs: number }): SimulationStatus {
  const { devices, loopMs } = of
  if (last === null) return { ...NOTHING, state: 'stopped', devices, atMs: 0, active: [] }
  const { reachedMs, timeline, crew } = last
  const recent = timeline.truth(reachedMs - loopMs, reachedMs + 1)
  const active = run === null ? [] : recent.filter(({ endMs }) => endMs > reachedMs).map(({ id }) => id)
  return { ...crew.counts(), state: run?.state ?? 'stopped', devices, atMs: reachedMs, active }
}
