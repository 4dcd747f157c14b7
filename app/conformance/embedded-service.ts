import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../core/log.ts'
import { createApiClient } from '../api-client.ts'
import { loadConfig } from '../load-config.ts'

/** A whole service for one run, in this process, on free ports, in a folder that goes with it. */
export interface EmbeddedService {
  mqttPort: number
  /** Registers the device; its token. */
  enrol(id: string, type: string): Promise<string>
  close(): Promise<void>
}

export async function startEmbedded(log: Log): Promise<EmbeddedService> {
  const { createApp } = await import('../create-app.ts')
  const dataDir = await mkdtemp(join(tmpdir(), 'huying-kit-'))
  const clear = () => rm(dataDir, { recursive: true, force: true })
  try {
    const app = await createApp(quietConfig(dataDir), log)
    const api = createApiClient(`http://127.0.0.1:${app.httpPort}`, app.adminToken)
    return {
      mqttPort: app.mqttPort,
      enrol: async (id, type) => (await api.call<{ token: string }>('POST', '/api/v1/devices', { id, type })).token,
      async close() {
        await app.stop()
        await clear()
      },
    }
  } catch (error) {
    await clear()
    throw error
  }
}

/** Nothing of what is configured here: a kit behaves the same on every machine. */
function quietConfig(dataDir: string) {
  return loadConfig({
    HUYING_DATA_DIR: dataDir,
    HUYING_HTTP_HOST: '127.0.0.1',
    HUYING_HTTP_PORT: '0',
    HUYING_MQTT_HOST: '127.0.0.1',
    HUYING_MQTT_PORT: '0',
    HUYING_PATH_TEST_EVERY_S: '0',
  })
}
