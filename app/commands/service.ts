import type { Command } from 'commander'
import { pino } from 'pino'
import type { Log } from '../../core/log.ts'
import type { Config } from '../config-schema.ts'
import type { App } from '../create-app.ts'
import { loadConfig, originsOf } from '../load-config.ts'
import type { SettingOrigins } from '../settings-in-force.ts'

/** Configuration as the command line names it. */
export function configOf(program: Command): Config {
  return loadConfig(process.env, program.opts<{ config?: string }>().config)
}

/** Where its values come from. */
export function originsOfConfig(program: Command): SettingOrigins {
  return originsOf(process.env, program.opts<{ config?: string }>().config)
}

export function createLog(config: Config): Log {
  return pino({ level: config.log.level })
}

/** A graceful stop that takes longer than this is cut short. */
const STOP_WITHIN_MS = 25_000

/** Not by an exit: that tears threads down inside onnxruntime, which aborts with a core dump. What counts is on disk. */
function leaveAtOnce(): void {
  process.kill(process.pid, 'SIGKILL')
}

/**
 * Starts the service and says so in one line of the log: `httpPort`, `mqttPort`, and the file of the admin token.
 * SIGINT and SIGTERM stop it gracefully, a second one at once.
 */
export async function runService(
  config: Config,
  log: Log,
  origins: SettingOrigins,
  beforeStop: () => Promise<void> = async () => {},
): Promise<App> {
  const { createApp } = await import('../create-app.ts')
  const app = await createApp(config, log, { origins })
  const { httpPort, mqttPort, tokenFile } = app
  log.info({ httpPort, mqttPort, ...(tokenFile && { tokenFile }), pid: process.pid }, 'ready')
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) leaveAtOnce()
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.error({ signal }, 'could not stop in time')
      leaveAtOnce()
    }, STOP_WITHIN_MS).unref()
    await beforeStop()
    await app.stop()
    await app.threadsEnded()
    log.info({}, 'stopped')
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return app
}
