import { rmSync, writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { pino } from 'pino'
import type { Profile } from '../../simulators/conformance/profile.ts'
import { WAYS, type Way } from '../../simulators/conformance/way.ts'
import { type DeviceAccess, toEnvironment, toMqttUrl } from '../conformance/device-process.ts'
import type { ConformanceRun } from '../conformance/run-conformance.ts'
import { positiveNumber, wholeNumber } from './options.ts'

interface ConformanceFlags {
  profile: string
  device: string
  every?: number
  over: Way
  host: string
  port: number
  httpPort: number
  start: number
  language: string
  json?: string | true
  junit?: string
  badge?: string
  trace?: string
  access?: string
  list?: boolean
}

export function addConformanceCommand(program: Command): void {
  program
    .command('conformance [command...]')
    .option('--profile <name>', 'shipped profile or file', 'smoke-detector')
    .option('--list', 'list the shipped profiles')
    .option('--device <id>', 'id under which the device signs in', 'device-1')
    .option('--every <seconds>', 'ask the device to report so often (default: as its profile says)', positiveNumber)
    .addOption(new Option('--over <way>', 'how it connects to the broker').choices(WAYS).default('tcp'))
    .option('--host <address>', 'where to listen for the device; 0.0.0.0 lets in other machines', '127.0.0.1')
    .option('--port <n>', 'port of the broker (default: a free one)', wholeNumber, 0)
    .option('--http-port <n>', 'port for pictures over HTTP (default: a free one)', wholeNumber, 0)
    .option('--access <file>', 'what the device needs to connect, as lines for a shell; removed at the end')
    .option('--start <seconds>', 'longest wait for the first report', positiveNumber, 60)
    .option('--language <zh|en>', 'language of the report', 'en')
    .option('--json [file]', 'report as JSON, to standard output or a file')
    .option('--junit <file>', 'report as JUnit XML')
    .option('--badge <file>', 'one line for a badge, as JSON')
    .option('--trace <file>', 'everything that passed between the device and the service, as JSON lines')
    .description('watch a device, or the program that plays one, and say clause by clause whether it behaves')
    .addHelpText('after', EXAMPLES)
    .action(async (command: string[], flags: ConformanceFlags) => {
      const { loadProfile, shippedProfiles } = await import('../../simulators/conformance/profile.ts')
      if (flags.list) {
        for (const name of shippedProfiles()) console.log(name)
        return
      }
      const { runConformance } = await import('../conformance/run-conformance.ts')
      const profile = loadProfile(flags.profile)
      const forget = () => flags.access && rmSync(flags.access, { force: true })
      forget()
      const { device, over: way, host, port, httpPort, start: startWithinS } = flags
      const run = await runConformance(
        {
          ...{ profile, command, device, way, host, port, httpPort, startWithinS },
          everyS: flags.every ?? profile.reports.everyS,
          onReady(access) {
            tellWhere(access, profile)
            if (flags.access) writeFileSync(flags.access, toShell(toEnvironment(access)), { mode: 0o600 })
          },
          onStep: (step) => console.error(`… ${step}`),
        },
        pino({ level: 'error' }, pino.destination(2)),
      ).finally(forget)
      await tell(run, flags)
      if (!run.verdict.conforms) process.exitCode = 1
    })
}

const EXAMPLES = `
A device program finds HUYING_MQTT_URL, HUYING_HTTP_URL, HUYING_DEVICE_ID, HUYING_DEVICE_TOKEN, HUYING_REPORT_EVERY_S and, over TLS,
HUYING_CA_FILE in its environment:
  huying conformance --profile smoke-detector --every 2 -- python3 my_device.py
Without a program, the device has 60 s (--start) to connect by itself:
  huying conformance --profile water-leak --host 0.0.0.0 --port 1883 --device leak-7
A program elsewhere can source what it needs (--access device.env).
Exit code 0: it conforms; 1: it does not.`

/** Values hold no quotes: ids, addresses, and tokens of letters and digits. */
function toShell(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('')
}

function tellWhere(access: DeviceAccess, { speaks, frames }: Profile): void {
  const { host, httpPort, id, token, ca, drone } = access
  console.error(`user ${id}, password ${token}`)
  if (speaks !== 'http') console.error(`connect to ${toMqttUrl(access)}`)
  if (frames !== undefined) console.error(`pictures over HTTP go to http://${host}:${httpPort}/api/v1/frames`)
  if (ca !== null) console.error(`trust the certificate in ${ca}`)
  if (drone !== null) console.error(`the drone of this dock is ${drone}`)
}

async function tell({ verdict, trace, ended }: ConformanceRun, flags: ConformanceFlags): Promise<void> {
  const { toBadge, toJunit, toText } = await import('../../simulators/conformance/reports.ts')
  const language = flags.language === 'zh' ? 'zh' : 'en'
  if (ended !== null) console.error(`the device's program ended before the run was over: ${ended}`)
  const json = `${JSON.stringify(verdict, null, 2)}\n`
  if (flags.json === true) process.stdout.write(json)
  else process.stdout.write(toText(verdict, language))
  if (typeof flags.json === 'string') writeFileSync(flags.json, json)
  if (flags.junit) writeFileSync(flags.junit, toJunit(verdict, language))
  if (flags.trace)
    writeFileSync(flags.trace, trace.map((event) => `${JSON.stringify(event, withoutSecrets)}\n`).join(''))
  if (flags.badge) writeFileSync(flags.badge, `${JSON.stringify(toBadge(verdict))}\n`)
}

/** Tokens are nobody's business, and payloads of packets are said by their facts. */
function withoutSecrets(key: string, value: unknown): unknown {
  return key === 'password' ? '…' : value
}
