import { systemClock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { loadScenario } from '../../simulators/scenario.ts'
import { createSimulation, type Simulation } from '../../simulators/simulation.ts'
import { loadWorld } from '../../simulators/world.ts'

/** The simulated sub-district against a service that may run anywhere. */
export function simulationOf(options: {
  scenario: string
  seed: number
  speed?: number
  httpUrl: string
  mqttUrl: string
  adminToken: string
  log: Log
}): Simulation {
  return createSimulation({
    ...options,
    scenario: loadScenario(options.scenario),
    world: loadWorld(),
    clock: systemClock,
  })
}
