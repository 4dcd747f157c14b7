import type { Command } from 'commander'
import { findToken } from '../api-client.ts'
import { positiveNumber, wholeNumber } from './options.ts'
import { configOf, createLog } from './service.ts'

const DAY_S = 86_400

interface SimulateOptions {
  scenario: string
  seed: number
  speed: number
  http?: string
  mqtt?: string
  token?: string
  for?: number
}

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .option('--scenario <name>', 'shipped scenario or file', 'demo')
    .option('--seed <n>', 'same seed, same sub-district', wholeNumber, 1)
    .option('--speed <n>', 'simulated seconds per second', positiveNumber, 1)
    .option('--http <url>', 'where the service is')
    .option('--mqtt <url>', 'where its broker is')
    .option('--token <token>', 'admin token')
    .option('--for <seconds>', 'stop after so long (default: run until stopped)', positiveNumber)
    .description('run the simulated sub-district against a running service')
    .action(async (options: SimulateOptions) => {
      const config = configOf(program)
      const log = createLog(config)
      const { simulationOf } = await import('./simulation-run.ts')
      const simulation = simulationOf({
        ...options,
        // Faster than real time must end before now: devices with times far ahead are refused.
        ...(options.speed > 1 && { startMs: Date.now() - (options.for ?? DAY_S) * options.speed * 1000 }),
        httpUrl: options.http ?? `http://127.0.0.1:${config.http.port}`,
        mqttUrl: options.mqtt ?? `mqtt://127.0.0.1:${config.mqtt.port}`,
        adminToken: findToken(config, options.token),
        log,
      })
      const stop = async () => {
        await simulation.stop()
        log.info({ ...simulation.status() }, 'simulation stopped')
        process.exit(0)
      }
      process.on('SIGINT', stop)
      process.on('SIGTERM', stop)
      await simulation.start()
      log.info({ ...simulation.status() }, 'simulation runs')
      if (options.for !== undefined) setTimeout(stop, options.for * 1000)
    })
}
