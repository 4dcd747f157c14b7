import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { loadConfig } from './load-config.ts'

/** A whole service for one run, in this process, on free ports, in a folder that goes with it. */
export interface EmbeddedService {
  mqttPort: number
  /** With scheme. */
  httpUrl: string
  adminToken: string
  /** Resolves once all that was acknowledged is analysed and judged. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface EmbeddedOptions {
  log: Log
  /** That of a simulated world, for a service that lives in its time. */
  clock?: Clock
  /** As in the environment. Nothing else of what is configured here counts: it behaves the same on every machine. */
  settings?: Record<string, string>
}

const LOOK_EVERY_MS = 5

/** Rejects when it cannot start; nothing is left behind then either. */
export async function startEmbedded({ log, clock, settings }: EmbeddedOptions): Promise<EmbeddedService> {
  const { createApp } = await import('./create-app.ts')
  const dataDir = await mkdtemp(join(tmpdir(), 'huying-embedded-'))
  const clear = () => rm(dataDir, { recursive: true, force: true })
  try {
    const config = loadConfig({
      HUYING_DATA_DIR: dataDir,
      HUYING_HTTP_HOST: '127.0.0.1',
      HUYING_HTTP_PORT: '0',
      HUYING_MQTT_HOST: '127.0.0.1',
      HUYING_MQTT_PORT: '0',
      HUYING_PATH_TEST_EVERY_S: '0',
      ...settings,
    })
    const app = await createApp(config, log, clock && { clock })
    const { httpPort, mqttPort, adminToken } = app
    return {
      ...{ mqttPort, httpUrl: `http://127.0.0.1:${httpPort}`, adminToken },
      async settled() {
        while (app.analysing() > 0) await wait(LOOK_EVERY_MS)
      },
      async close() {
        await app.stop()
        await app.threadsEnded()
        await clear()
      },
    }
  } catch (error) {
    await clear()
    throw error
  }
}
