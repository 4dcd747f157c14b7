import { systemClock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { createStudioThread } from '../../simulators/patrol/studio-thread.ts'
import type { CrewCounts } from '../../simulators/run/crew.ts'
import { loadScenario } from '../../simulators/scenario.ts'
import { type Score, toScore } from '../../simulators/scoring/score.ts'
import { createSimulation, type SimulationOptions, type Speed } from '../../simulators/simulation.ts'
import { loadWorld } from '../../simulators/world.ts'
import { startEmbedded } from '../embedded-service.ts'
import { createHandClock } from './hand-clock.ts'
import { listenToDispatch } from './listen-to-dispatch.ts'

/** A service that runs somewhere. */
export interface NamedService {
  httpUrl: string
  mqttUrl: string
  adminToken: string
}

export interface ScoredRun {
  /** Shipped scenario or file. */
  scenario: string
  seed: number
  speed: Speed
  /** Simulated seconds; one round when left out. */
  lastsS?: number | undefined
  /** Start of the simulated time; only without a service. */
  startMs?: number | undefined
  /** None: one of its own, that lives in the simulated time and is gone afterwards. */
  service?: NamedService | undefined
  /** See `SimulationOptions`. */
  connections?: number | undefined
  log: Log
  /** Told now and then how far it is. */
  onProgress?(doneS: number, ofS: number): void
  /** Ends the run before its time; what has happened so far is scored. */
  signal?: AbortSignal
}

export interface SimulationReport extends Score {
  scenario: string
  seed: number
  speed: Speed
  /** In simulated time. */
  startedAt: string
  devices: number
  messages: Omit<CrewCounts, 'connected'>
  /** Real seconds. */
  tookS: number
}

/** Of another service it is not known whether pictures still wait there. */
const QUIET_MS = { own: 700, other: 3000 }
const PROGRESS_EVERY_MS = 10_000
/** In the simulated world it is ten in the morning of a Sunday in spring. */
const START_MS = Date.UTC(2026, 2, 1, 2)

/** Runs a scenario against a service and compares what dispatch was told with what happened. Leaves nothing behind. */
export async function scoreSimulation(run: ScoredRun): Promise<SimulationReport> {
  if (run.service) return scoreAgainst(run, run.service, systemTime(run))
  const startMs = run.startMs ?? START_MS
  const clock = createHandClock(startMs)
  const service = await startEmbedded({ log: run.log, clock })
  try {
    const { httpUrl, mqttPort, adminToken } = service
    const where = { httpUrl, mqttUrl: `mqtt://127.0.0.1:${mqttPort}`, adminToken }
    return await scoreAgainst(run, where, {
      startMs,
      // Its clock may run much faster than that of the devices' connections.
      ...{ service: { moveTo: clock.moveTo, settled: service.settled }, keepAliveS: 0 },
    })
  } finally {
    await service.close()
  }
}

type Timing = Pick<SimulationOptions, 'startMs' | 'service' | 'keepAliveS'>

/** Devices with times ahead are refused: what is faster than real time begins so early that it ends now. */
function systemTime({ speed, lastsS, scenario }: ScoredRun): Timing {
  if (speed === 1) return {}
  const lasts = lastsS ?? loadScenario(scenario).loopS
  return { startMs: systemClock.nowMs() - lasts * 1000 }
}

async function scoreAgainst(run: ScoredRun, service: NamedService, timing: Timing): Promise<SimulationReport> {
  const { seed, speed, log, signal } = run
  const scenario = loadScenario(run.scenario)
  const lastsMs = (run.lastsS ?? scenario.loopS) * 1000
  const startedMs = performance.now()
  const simulation = createSimulation({
    ...{ scenario, seed, speed, lastsMs, log, ...service, ...timing },
    ...(run.connections !== undefined && { connections: run.connections }),
    ...{ world: loadWorld(), clock: systemClock, openStudio: createStudioThread },
  })
  const { httpUrl, adminToken: token } = service
  const dispatch = await listenToDispatch({ httpUrl, token, name: `simulation-${process.pid}`, log })
  const progress = setInterval(() => {
    const doneMs = simulation.status().atMs - simulation.startedMs()
    run.onProgress?.(Math.floor(doneMs / 1000), lastsMs / 1000)
  }, PROGRESS_EVERY_MS)
  const stop = () => void simulation.stop()
  signal?.addEventListener('abort', stop)
  try {
    await simulation.start()
    await simulation.ended()
    await dispatch.quiet(timing.service ? QUIET_MS.own : QUIET_MS.other)
    const { connected: _, state: __, atMs, active: ___, devices, ...messages } = simulation.status()
    const own = new Set(simulation.fleet.map(({ id }) => id))
    const fromMs = simulation.startedMs()
    const score = toScore({
      ...{ truths: simulation.truth(), fromMs, toMs: atMs, thresholds: scenario.thresholds },
      // A service may know other devices too.
      alerts: dispatch.alerts().filter(({ device }) => device === undefined || own.has(device)),
    })
    return {
      ...{ scenario: scenario.name, seed, speed, startedAt: new Date(fromMs).toISOString() },
      ...{ devices, messages, tookS: Math.round(performance.now() - startedMs) / 1000 },
      ...score,
    }
  } finally {
    clearInterval(progress)
    signal?.removeEventListener('abort', stop)
    await simulation.stop()
    await dispatch.close()
  }
}
