import type { Clock } from '../core/clock.ts'
import { toAppError } from '../core/errors.ts'
import { createFleet, type SimulatedDevice } from './fleet.ts'
import type { Truth } from './incidents/incident.ts'
import { type Crew, type CrewCounts, type CrewOptions, createCrew } from './run/crew.ts'
import type { Scenario } from './scenario.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import type { World } from './world.ts'

export interface SimulationOptions extends Omit<CrewOptions, 'fleet'> {
  scenario: Scenario
  seed: number
  world: World
  clock: Clock
  /** Simulated seconds per second; 1 when left out. */
  speed?: number
  /** Start of the simulated time, ms; now when left out. With a speed above 1, choose it so that it ends before now. */
  startMs?: number
}

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
  /** Disconnects all devices. May be called twice, and while it starts. */
  stop(): Promise<void>
  status(): SimulationStatus
  /** Incidents and faults that have begun since the start. */
  truth(): Truth[]
}

const TICK_MS = 100
/** After a longer pause (a laptop that slept) the devices don't make up for what they missed. */
const CATCH_UP_MS = 10_000
const NOTHING: CrewCounts = { connected: 0, sent: 0, acknowledged: 0, dropped: 0, refusedLogins: 0 }

interface Run {
  state: 'starting' | 'running'
  crew: Crew
  timeline: Timeline
  wallMs: number
  startMs: number
  /** Everything before this has been done. */
  reachedMs: number
  ticker?: NodeJS.Timeout
}

/** A sub-district that speaks MQTT and HTTP like any other. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { scenario, seed, clock, log } = options
  const speed = options.speed ?? 1
  const fleet = createFleet(options.world, seed, scenario)
  let run: Run | null = null
  let last: Run | null = null

  function begin(): Run {
    const wallMs = clock.nowMs()
    const startMs = options.startMs ?? wallMs
    const timeline = createTimeline({ ...options, fleet, startMs })
    return { state: 'starting', crew: createCrew({ ...options, fleet }), timeline, wallMs, startMs, reachedMs: startMs }
  }

  /** Time begins when all devices are there. */
  function letTimeRun(started: Run): void {
    started.wallMs = clock.nowMs()
    started.startMs = options.startMs ?? started.wallMs
    started.reachedMs = started.startMs
    started.timeline = createTimeline({ ...options, fleet, startMs: started.startMs })
    started.state = 'running'
    started.ticker = setInterval(() => tickSafely(started), TICK_MS)
  }

  /** Beside the service in one process, a fault of the simulation must not end the service. */
  function tickSafely(running: Run): void {
    try {
      tick(running)
    } catch (err) {
      log.error({ err }, 'simulation stumbled')
    }
  }

  function tick(running: Run): void {
    const untilMs = running.startMs + (clock.nowMs() - running.wallMs) * speed
    if (untilMs - running.reachedMs > CATCH_UP_MS * speed) {
      running.reachedMs = untilMs - CATCH_UP_MS * speed
      running.crew.open().catch((err) => log.warn({ err }, 'simulated devices could not come back'))
    }
    for (const event of running.timeline.between(running.reachedMs, untilMs)) running.crew.perform(event)
    running.reachedMs = Math.max(running.reachedMs, untilMs)
  }

  async function stop(): Promise<void> {
    const stopping = run
    if (stopping === null) return
    run = null
    clearInterval(stopping.ticker)
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
    status: () => toStatus(run, last, { devices: fleet.length, loopMs: scenario.loopS * 1000 }),
    truth: () => (last === null ? [] : last.timeline.truth(last.startMs, last.reachedMs + 1)),
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
