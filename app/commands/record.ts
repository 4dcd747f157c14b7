import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { positiveNumber, wholeNumber } from './options.ts'
import { configOf } from './service.ts'

interface RecordFlags {
  out: string
  host: string
  port: number
  mqtt?: string
  for?: number
}

export function addRecordCommand(program: Command): void {
  program
    .command('record')
    .requiredOption('--out <file.jsonl>', 'where the recording is written')
    .option('--mqtt <url>', 'the broker behind it (default: that of the service here)')
    .option('--host <address>', 'where devices find it', '127.0.0.1')
    .option('--port <n>', 'port for devices (default: a free one)', wholeNumber, 0)
    .option('--for <seconds>', 'stop after so long (default: with Ctrl-C)', positiveNumber)
    .description('stand between devices and the broker, and write down what devices send (no passwords)')
    .action(async (flags: RecordFlags) => {
      const { openTap } = await import('../../simulators/conformance/tap.ts')
      const { entryLine, headLine } = await import('../../simulators/recording/recording.ts')
      const { systemClock } = await import('../../core/clock.ts')
      const config = configOf(program)
      const broker = brokerOf(flags.mqtt ?? `mqtt://127.0.0.1:${config.mqtt.port}`)
      const file = createWriteStream(flags.out, { flags: 'wx' })
      let messages = 0
      const tap = await openTap({
        ...{ broker, listen: { host: flags.host, port: flags.port }, clock: systemClock },
        trace: { events: [], note: () => {} },
        inspect: async () => ({}),
        onEntry(entry) {
          if (entry.kind === 'message') messages++
          file.write(`${entryLine(entry)}\n`)
        },
      })
      file.write(`${headLine(tap.startedMs)}\n`)
      console.error(`devices connect to mqtt://${flags.host}:${tap.port}`)
      await new Promise<void>((resolve, reject) => {
        file.once('error', reject)
        process.once('SIGINT', resolve)
        process.once('SIGTERM', resolve)
        if (flags.for !== undefined) setTimeout(resolve, flags.for * 1000)
      })
      await tap.close()
      file.end()
      await finished(file)
      console.log(`${messages} messages in ${flags.out}`)
    })
}

/** Host and port of an MQTT address; plain TCP only. */
export function brokerOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 1883) }
}
