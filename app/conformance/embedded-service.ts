import type { Log } from '../../core/log.ts'
import { type Bucket, openBucket } from '../../simulators/conformance/bucket.ts'
import { createApiClient } from '../api-client.ts'
import { startEmbedded as startService } from '../embedded-service.ts'

/** A whole service in this process, with a store that docks upload to. */
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
  const bucket = await openBucket(host.listen)
  try {
    const service = await startService({ log, settings: storeSettings(bucket, host.found) })
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

function storeSettings({ port, name }: Bucket, host: string): Record<string, string> {
  return {
    HUYING_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    HUYING_S3_DOCK_ENDPOINT: `http://${host}:${port}`,
    HUYING_S3_BUCKET: name,
    HUYING_S3_ACCESS_KEY_ID: 'kit',
    HUYING_S3_SECRET_ACCESS_KEY: 'kit',
    HUYING_S3_DOCK_ACCESS_KEY_ID: 'kit',
    HUYING_S3_DOCK_SECRET_ACCESS_KEY: 'kit',
  }
}
