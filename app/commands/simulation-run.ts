import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { systemClock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { createStudioThread } from '../../simulators/patrol/studio-thread.ts'
import { loadScenario } from '../../simulators/scenario.ts'
import { createSimulation, type Simulation, type Speed } from '../../simulators/simulation.ts'
import { loadWorld } from '../../simulators/world.ts'

/** The simulated sub-district against a service that may run anywhere. */
export function simulationOf(options: {
  scenario: string
  seed: number
  /** See `SimulationOptions`. */
  speed?: Speed
  startMs?: number
  lastsMs?: number
  connections?: number
  httpUrl: string
  mqttUrl: string
  adminToken: string
  /** Where the devices' tokens are kept, so that a restart needs no new ones. */
  tokenFile?: string
  log: Log
}): Simulation {
  const { tokenFile, ...rest } = options
  const tokens = tokenFile ? openTokens(tokenFile) : {}
  return createSimulation({
    ...rest,
    ...tokens,
    scenario: loadScenario(options.scenario),
    world: loadWorld(),
    clock: systemClock,
    openStudio: createStudioThread,
  })
}

function openTokens(file: string) {
  const tokens: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  let isWriting = false
  return {
    credentials: (deviceId: string) => tokens[deviceId],
    onToken(deviceId: string, token: string) {
      tokens[deviceId] = token
      if (isWriting) return
      isWriting = true
      setTimeout(() => {
        isWriting = false
        writeFileSync(file, JSON.stringify(tokens), { mode: 0o600 })
      }, 200)
    },
  }
}
