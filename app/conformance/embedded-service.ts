import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../core/log.ts'
import { type Bucket, openBucket } from '../../simulators/conformance/bucket.ts'
import { createApiClient } from '../api-client.ts'
import { loadConfig } from '../load-config.ts'

/** A whole service in this process, on free ports, with a store that docks upload to, in a folder that goes with it. */
export interface EmbeddedService {
  mqttPort: number
  /** With scheme. */
  httpUrl: string
  bucket: Bucket
  /** Registers the device; its token. */
  enrol(device: { id: string; type: string; gateway?: string }): Promise<string>
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** Where the store listens, and where devices find it. */
  host: { listen: string; found: string }
  log: Log
}

/** Rejects when it cannot start; nothing is left behind then either. */
export async function startEmbedded({ host, log }: EmbeddedOptions): Promise<EmbeddedService> {
  const { createApp } = await import('../create-app.ts')
  const dataDir = await mkdtemp(join(tmpdir(), 'huying-kit-'))
  const bucket = await openBucket(host.listen)
  const clear = async () => {
    await bucket.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const app = await createApp(quietConfig(dataDir, bucket, host.found), log)
    const httpUrl = `http://127.0.0.1:${app.httpPort}`
    const api = createApiClient(httpUrl, app.adminToken)
    return {
      ...{ mqttPort: app.mqttPort, httpUrl, bucket },
      enrol: async (device) => (await api.call<{ token: string }>('POST', '/api/v1/devices', device)).token,
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
function quietConfig(dataDir: string, { port, name }: Bucket, host: string) {
  return loadConfig({
    HUYING_DATA_DIR: dataDir,
    HUYING_HTTP_HOST: '127.0.0.1',
    HUYING_HTTP_PORT: '0',
    HUYING_MQTT_HOST: '127.0.0.1',
    HUYING_MQTT_PORT: '0',
    HUYING_PATH_TEST_EVERY_S: '0',
    HUYING_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    HUYING_S3_DOCK_ENDPOINT: `http://${host}:${port}`,
    HUYING_S3_BUCKET: name,
    HUYING_S3_ACCESS_KEY_ID: 'kit',
    HUYING_S3_SECRET_ACCESS_KEY: 'kit',
    HUYING_S3_DOCK_ACCESS_KEY_ID: 'kit',
    HUYING_S3_DOCK_SECRET_ACCESS_KEY: 'kit',
  })
}
