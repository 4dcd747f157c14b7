import { type Command, InvalidArgumentError } from 'commander'
import { createApiClient, findToken } from '../api-client.ts'
import { positiveNumber, wholeNumber } from './options.ts'
import { configOf } from './service.ts'

interface ReplayCommandOptions {
  device: string
  metric: string
  column: string
  timeColumn: string
  timeZone: string
  speed: number | 'max'
  mqtt?: string
  http?: string
  token?: string
  deviceToken?: string
  window: number
  afterSeq: number
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay <file.csv>')
    .requiredOption('--device <id>', 'the device that speaks')
    .requiredOption('--metric <name>', 'metric under which the column is published')
    .option('--column <name>', 'column of values', 'value')
    .option('--time-column <name>', 'column of times', 'timestamp')
    .option('--time-zone <offset>', 'offset of times that name none', '+00:00')
    .option('--speed <n>', 'seconds of the series per second, or max', speed, 'max')
    .option('--window <n>', 'unacknowledged messages at most', wholeNumber, 50)
    .option('--after-seq <n>', 'go on after this row, as a broken-off replay said', wholeNumber, 0)
    .option('--mqtt <url>', 'where the broker is')
    .option('--device-token <token>', 'the device’s token (default: a new one is asked for with the admin token)')
    .option('--http <url>', 'where the service is')
    .option('--token <token>', 'admin token')
    .description('publish a recorded series through MQTT as a device would')
    .action(async (file: string, options: ReplayCommandOptions) => {
      const config = configOf(program)
      const { replayCsv } = await import('../../simulators/replay.ts')
      const { acknowledged, seconds, moved } = await replayCsv({
        ...options,
        file,
        mqttUrl: options.mqtt ?? `mqtt://127.0.0.1:${config.mqtt.port}`,
        token: options.deviceToken ?? (await newToken(options)),
        ...(process.stderr.isTTY && {
          onProgress: ({ acknowledged }) => process.stderr.write(`\r${acknowledged} rows acknowledged`),
        }),
      })
      const rate = Math.round(acknowledged / Math.max(seconds, 0.001))
      const movedNote = moved > 0 ? `; ${moved} rows had the time of an earlier row and were moved by 1 ms` : ''
      console.log(`${acknowledged} rows acknowledged in ${seconds.toFixed(1)} s (${rate} rows/s)${movedNote}`)

      async function newToken({ http, token, device }: ReplayCommandOptions): Promise<string> {
        const client = createApiClient(http ?? `http://127.0.0.1:${config.http.port}`, findToken(config, token))
        const path = `/api/v1/devices/${encodeURIComponent(device)}/token`
        return (await client.call<{ token: string }>('POST', path)).token
      }
    })
}

function speed(text: string): number | 'max' {
  if (text === 'max') return 'max'
  try {
    return positiveNumber(text)
  } catch {
    throw new InvalidArgumentError('expected a number above 0, or max')
  }
}
