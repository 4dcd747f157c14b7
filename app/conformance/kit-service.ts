import type { Log } from '../../core/log.ts'
import { type Bucket, openBucket } from '../../simulators/conformance/bucket.ts'
import { createApiClient } from '../api-client.ts'
import { startEmbedded } from '../embedded-service.ts'

/** A service in this process for devices to meet, with a store that docks upload to. */
export interface KitService {
  mqttPort: number
  /** With scheme. */
  httpUrl: string
  bucket: Bucket
  /** Registers the device; its token. */
  enrol(device: { id: string; type: string; gateway?: string }): Promise<string>
  close(): Promise<void>
}

export interface KitServiceOptions {
  /** Where the store listens, and where devices find it. */
  host: { listen: string; found: string }
  log: Log
}

/** Nothing of what is configured here counts: a kit behaves the same on every machine. Rejects when it cannot start. */
export async function startKitService({ host, log }: KitServiceOptions): Promise<KitService> {
  const bucket = await openBucket(host.listen)
  try {
    const service = await startEmbedded({ log, settings: storeSettings(bucket, host.found) })
    const { mqttPort, httpUrl, adminToken } = service
    const api = createApiClient(httpUrl, adminToken)
    return {
      ...{ mqttPort, httpUrl, bucket },
      enrol: async (device) => (await api.call<{ token: string }>('POST', '/api/v1/devices', device)).token,
      async close() {
        await service.close()
        await bucket.close()
      },
    }
  } catch (error) {
    await bucket.close()
    throw error
  }
}

/** The kit's store takes any key. */
const KEY = 'kit'

function storeSettings({ port, name }: Bucket, host: string): Record<string, string> {
  return {
    HUYING_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    HUYING_S3_DOCK_ENDPOINT: `http://${host}:${port}`,
    HUYING_S3_BUCKET: name,
    HUYING_S3_ACCESS_KEY_ID: KEY,
    HUYING_S3_SECRET_ACCESS_KEY: KEY,
    HUYING_S3_DOCK_ACCESS_KEY_ID: KEY,
    HUYING_S3_DOCK_SECRET_ACCESS_KEY: KEY,
  }
}
