import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { parseRecording } from '../../simulators/recording/recording.ts'
import { createApiClient, findToken } from '../api-client.ts'
import { positiveNumber, wholeNumber } from './options.ts'
import { brokerOf } from './record.ts'
import { configOf } from './service.ts'

interface ReplayCommandOptions {
  device?: string
  metric?: string
  column: string
  timeColumn: string
  timeZone: string
  speed?: number | 'max'
  mqtt?: string
  http?: string
  token?: string
  deviceToken?: string
  window: number
  afterSeq: number
  now?: boolean
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay <file>')
    .option('--device <id>', 'the device that speaks (recording: the id that the only device of it gets)')
    .option('--metric <name>', 'of a series: metric under which the column is published')
    .option('--column <name>', 'of a series: column of values', 'value')
    .option('--time-column <name>', 'of a series: column of times', 'timestamp')
    .option('--time-zone <offset>', 'offset of times that name none', '+00:00')
    .option('--speed <n>', 'recorded seconds per second, or max (default: series max, recording 1)', speed)
    .option('--now', 'of a recording: as if it were measured now')
    .option('--window <n>', 'unacknowledged messages at most', wholeNumber, 50)
    .option('--after-seq <n>', 'go on after this row, as a broken-off replay said', wholeNumber, 0)
    .option('--mqtt <url>', 'where the broker is')
    .option('--device-token <token>', 'the device’s token (default: a new one is asked for with the admin token)')
    .option('--http <url>', 'where the service is')
    .option('--token <token>', 'admin token')
    .description('send a recorded session (.jsonl), or a series (.csv), through MQTT as a device would')
    .action(async (file: string, options: ReplayCommandOptions, command: Command) => {
      const config = configOf(program)
      if (file.endsWith('.jsonl')) return replaySession(file, options)
      const { device, metric } = options
      if (device === undefined || metric === undefined)
        return command.error('error: a series needs --device and --metric')
      const { replayCsv } = await import('../../simulators/replay.ts')
      const { acknowledged, seconds, moved } = await replayCsv({
        ...{ ...options, file, device, metric, speed: options.speed ?? 'max' },
        mqttUrl: options.mqtt ?? `mqtt://127.0.0.1:${config.mqtt.port}`,
        token: options.deviceToken ?? (await newToken(device, options)),
        ...(process.stderr.isTTY && {
          onProgress: ({ acknowledged }) => process.stderr.write(`\r${acknowledged} rows acknowledged`),
        }),
      })
      const rate = Math.round(acknowledged / Math.max(seconds, 0.001))
      const movedNote = moved > 0 ? `; ${moved} rows had the time of an earlier row and were moved by 1 ms` : ''
      console.log(`${acknowledged} rows acknowledged in ${seconds.toFixed(1)} s (${rate} rows/s)${movedNote}`)

      async function newToken(device: string, { http, token }: ReplayCommandOptions): Promise<string> {
        const client = createApiClient(http ?? `http://127.0.0.1:${config.http.port}`, findToken(config, token))
        const path = `/api/v1/devices/${encodeURIComponent(device)}/token`
        return (await client.call<{ token: string }>('POST', path)).token
      }

      async function replaySession(path: string, options: ReplayCommandOptions): Promise<void> {
        const { replayRecording } = await import('../../simulators/recording/replay-recording.ts')
        const tokens = new Map<string, Promise<string>>()
        const tokenOf = (id: string) => {
          const token =
            tokens.get(id) ?? (options.deviceToken ? Promise.resolve(options.deviceToken) : newToken(id, options))
          tokens.set(id, token)
          return token
        }
        const { connections, messages, acknowledged } = await replayRecording({
          recording: parseRecording(readFileSync(path, 'utf8')),
          broker: brokerOf(options.mqtt ?? `mqtt://127.0.0.1:${config.mqtt.port}`),
          access: async (user) => ({ id: options.device ?? user, token: await tokenOf(options.device ?? user) }),
          speed: options.speed ?? 1,
          asNow: options.now === true,
          clock: systemClock,
        })
        console.log(`${messages} messages over ${connections} connections, ${acknowledged} acknowledged`)
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
