import { join } from 'node:path'
import type { Command } from 'commander'
import { wholeNumber } from './options.ts'
import { configOf, createLog, originsOfConfig, runService } from './service.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .option('--scenario <name>', 'shipped scenario or file', 'demo')
    .option('--seed <n>', 'same seed, same sub-district', wholeNumber, 1)
    .description('run the service with the simulated sub-district beside it (what npm start does)')
    .action(async ({ scenario, seed }: { scenario: string; seed: number }) => {
      const config = configOf(program)
      config.http.trustLoopback = true
      const origins = new Map(originsOfConfig(program)).set('http.trustLoopback', 'command')
      const log = createLog(config)
      let stopSimulation = async () => {}
      const app = await runService(config, log, origins, () => stopSimulation())
      const httpUrl = `http://127.0.0.1:${app.httpPort}`
      const mqttUrl = config.mqtt.url || `mqtt://127.0.0.1:${app.mqttPort}`
      const { simulationOf } = await import('./simulation-run.ts')
      const simulation = simulationOf({
        ...{ scenario, seed, httpUrl, mqttUrl, log },
        adminToken: app.adminToken,
        tokenFile: join(config.dataDir, 'simulated-devices.json'),
      })
      stopSimulation = simulation.stop
      await simulation.start()
      console.error(`\n  huying is live: http://localhost:${app.httpPort}   (stop with Ctrl-C)\n`)
    })
}
