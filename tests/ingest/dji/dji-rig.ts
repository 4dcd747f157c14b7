import { connectAsync, type MqttClient } from 'mqtt'
import { silentLog } from '../../../core/log.ts'
import type { MediaStorage } from '../../../core/media-storage.ts'
import type { FlightNews, Sample } from '../../../core/observation.ts'
import { createBroker } from '../../../ingest/broker.ts'
import { createDjiDoor, type DjiDoorOptions } from '../../../ingest/dji/dji-door.ts'
import { DEFAULT_LIMITS } from '../../../ingest/limits.ts'
import { createTelemetry } from '../../../ingest/telemetry.ts'
import { createRig, type Rig, type RigOptions } from '../rig.ts'

export const DOCK = '4TADL210010014'
export const DRONE = '1581F6Q8D239L00D21V7'

export const STORAGE: MediaStorage = {
  bucket: 'river',
  region: 'us-east-1',
  endpoint: 'http://store:9000',
  provider: 'minio',
  prefix: 'patrol',
  credentials: { accessKeyId: 'dock', accessKeySecret: 'secret', securityToken: '', expireS: 3600 },
}

/** Everything behind the DJI topics, in memory, with a dock and its drone registered. */
export async function createDjiRig(options: RigOptions & { dji?: Partial<DjiDoorOptions>; isEmpty?: boolean } = {}) {
  const telemetry = createTelemetry()
  const rig = createRig({ ...options, frontDoor: { telemetry, ...options.frontDoor } })
  const tokens = new Map<string, string>()
  const register = async (id: string, type: string, gateway?: string) => {
    const { token } = await rig.registry.register({ id, type, ...(gateway !== undefined && { gateway }) }, 'test')
    tokens.set(id, token)
  }
  if (!options.isEmpty) {
    await register(DOCK, 'dock')
    await register(DRONE, 'drone', DOCK)
  }
  const dji = createDjiDoor({
    ...{ ...rig, telemetry, limits: { ...DEFAULT_LIMITS, ...options.limits } },
    ...{ enrolment: 'closed', zone: 'Asia/Shanghai', storage: STORAGE, log: silentLog },
    ...options.dji,
  })
  return { ...rig, telemetry, dji, tokens, register }
}
export type DjiRig = Awaited<ReturnType<typeof createDjiRig>>

/** The same behind a real broker. */
export async function startDjiBroker(options: Parameters<typeof createDjiRig>[0] = {}) {
  const rig = await createDjiRig(options)
  const broker = createBroker({ ...rig, port: 0, sweepMs: 20, failurePauseMs: 20, stopMs: 1000 })
  const port = await broker.start()
  const clients: MqttClient[] = []

  /** Signs in as a dock or drone does: serial number and token. */
  async function connect(sn: string): Promise<MqttClient> {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      ...{ username: sn, password: rig.tokens.get(sn) ?? '', clientId: sn, reconnectPeriod: 0 },
    })
    client.on('error', () => {})
    clients.push(client)
    return client
  }

  async function close() {
    rig.intake.commit()
    for (const client of clients) client.end(true)
    await broker.stop()
  }
  return { ...rig, broker, port, connect, close }
}

let transactions = 0

/** One message as a dock sends it. */
export function envelope(data: object, more: object = {}): string {
  const tid = `t-${++transactions}`
  return JSON.stringify({ tid, bid: `b-${transactions}`, timestamp: Date.now(), gateway: DOCK, data, ...more })
}

/** The next message on a topic that the client has subscribed to. */
export function nextMessage(client: MqttClient, topic: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const onMessage = (from: string, payload: Buffer) => {
      if (from !== topic) return
      client.off('message', onMessage)
      resolve(JSON.parse(payload.toString()) as Record<string, unknown>)
    }
    client.on('message', onMessage)
  })
}

export function newsOf({ arrived }: Pick<Rig, 'arrived'>): FlightNews[] {
  return arrived.flatMap((arrival) => (arrival.kind === 'flight' ? [arrival] : []))
}

export function samplesOf({ arrived }: Pick<Rig, 'arrived'>, device: string): Record<string, number> {
  const samples = arrived.flatMap((one): Sample[] =>
    one.kind === 'readings' && one.deviceId === device ? one.samples : [],
  )
  return Object.fromEntries(samples.map(({ metric, value }) => [metric, value]))
}
