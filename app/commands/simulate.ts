import { writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { pino } from 'pino'
import type { Speed } from '../../simulators/simulation.ts'
import { findToken } from '../api-client.ts'
import type { Config } from '../config-schema.ts'
import type { NamedService } from '../simulation/score-simulation.ts'
import { positiveNumber, wholeNumber } from './options.ts'
import { configOf, createLog } from './service.ts'

const DAY_S = 86_400

interface SimulateFlags {
  scenario: string
  seed: number
  speed?: Speed
  http?: string
  mqtt?: string
  token?: string
  connections?: number
  for?: number
  start?: string
  report?: string
  junit?: string
}

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .option('--scenario <name>', 'shipped scenario or file', 'demo')
    .option('--seed <n>', 'same seed, same sub-district', wholeNumber, 1)
    .option('--speed <n|max>', 'simulated seconds per second, or as fast as the service takes it', speedOf)
    .option('--http <url>', 'where the service is (default: one of its own, in the simulated time)')
    .option('--mqtt <url>', 'where its broker is')
    .option('--token <token>', 'admin token')
    .option('--connections <n>', 'all devices over so many, as behind gateways; the broker must let them', wholeNumber)
    .option('--for <seconds>', 'simulated time (default: one round; without a report, until stopped)', positiveNumber)
    .option('--start <time>', 'when the simulated time begins, without a service', instantOf)
    .option('--report <file>', 'compare what dispatch was told with what happened, as JSON')
    .option('--junit <file>', 'the same as JUnit XML')
    .description('run the simulated sub-district, and say what the service made of it')
    .addHelpText('after', HELP)
    .action(async (flags: SimulateFlags) => {
      const config = configOf(program)
      const isScored = flags.report !== undefined || flags.junit !== undefined || flags.http === undefined
      if (isScored) await score(flags, config)
      else await play(flags, config)
    })
}

const HELP = `
Without --http it starts a service of its own, plays one round as fast as that takes it, and prints the score.
Exit code 0: the thresholds of the scenario are met and no fault raised an alert; 1: not.`

function speedOf(text: string): Speed {
  return text === 'max' ? text : positiveNumber(text)
}

function instantOf(text: string): string {
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('expected a time as ISO 8601')
  return text
}

/** Until it is stopped, or for so long. */
async function play({ scenario, seed, speed = 1, ...flags }: SimulateFlags, config: Config): Promise<void> {
  const log = createLog(config)
  const { simulationOf } = await import('./simulation-run.ts')
  const lastsS = flags.for ?? (speed === 1 ? undefined : DAY_S)
  const simulation = simulationOf({
    ...{ scenario, seed, speed, log, ...serviceOf(flags, config) },
    ...(lastsS !== undefined && { lastsMs: lastsS * 1000 }),
    ...(flags.connections !== undefined && { connections: flags.connections }),
    // What is faster than real time must end before now: devices with times far ahead are refused.
    ...(speed !== 1 && { startMs: Date.now() - DAY_S * 1000 }),
  })
  process.once('SIGINT', simulation.stop)
  process.once('SIGTERM', simulation.stop)
  await simulation.start()
  log.info({ ...simulation.status() }, 'simulation runs')
  await simulation.ended()
  await simulation.stop()
  log.info({ ...simulation.status() }, 'simulation stopped')
}

async function score(flags: SimulateFlags, config: Config): Promise<void> {
  const { scenario, seed, http, start } = flags
  const { scoreSimulation } = await import('../simulation/score-simulation.ts')
  const { toJunit, toText } = await import('../../simulators/scoring/reports.ts')
  const end = new AbortController()
  process.once('SIGINT', () => end.abort())
  process.once('SIGTERM', () => end.abort())
  const report = await scoreSimulation({
    ...{ scenario, seed, lastsS: flags.for, connections: flags.connections, signal: end.signal },
    onProgress: (doneS, ofS) => console.error(`… ${doneS} of ${ofS} simulated seconds`),
    speed: flags.speed ?? (http === undefined ? 'max' : 1),
    startMs: start === undefined ? undefined : Date.parse(start),
    service: http === undefined ? undefined : serviceOf(flags, config),
    log: pino({ level: 'error' }, pino.destination(2)),
  })
  process.stdout.write(toText(report, report))
  if (flags.report) writeFileSync(flags.report, `${JSON.stringify(report, null, 2)}\n`)
  if (flags.junit) writeFileSync(flags.junit, toJunit(report, report))
  if (!report.passed) process.exitCode = 1
}

function serviceOf(
  { http, mqtt, token }: Pick<SimulateFlags, 'http' | 'mqtt' | 'token'>,
  config: Config,
): NamedService {
  const httpUrl = http ?? `http://127.0.0.1:${config.http.port}`
  return {
    httpUrl,
    mqttUrl: mqtt ?? `mqtt://${new URL(httpUrl).hostname}:${config.mqtt.port}`,
    adminToken: findToken(config, token),
  }
}
