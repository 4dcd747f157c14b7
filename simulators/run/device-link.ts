import { connect, type MqttClient } from 'mqtt'
import type { Log } from '../../core/log.ts'
import { createOutbox, type Message, type OutboxCounts } from './outbox.ts'

export interface DeviceLinkOptions {
  mqttUrl: string
  deviceId: string
  token: string
  /** 0: never a ping, for a service whose clock runs faster than this one. */
  keepAliveS?: number | undefined
  log: Log
  /** Called each time when all that was to be sent is acknowledged or given up. */
  onIdle?: () => void
  /** Asks for a new token when the broker refuses this one. Rejects when there is none. */
  renewToken(): Promise<string>
}

/** How a device's messages get away. */
export interface Line {
  /** Resolves once connected. */
  open(): Promise<void>
  /** Sends to `huying/v1/{deviceId}/{channel}`, or `thing/product/{deviceId}/{channel}`, now or when the connection is back. */
  send(message: Message): void
  /** Breaks the connection without a goodbye, so that the broker publishes the last will. */
  cut(): void
}

/** A connection to a broker, whoever speaks over it. */
export interface Link {
  readonly isConnected: boolean
  readonly counts: Readonly<OutboxCounts>
  /** Nothing waits to be sent or acknowledged, or it is cut and waits for its time. */
  readonly isIdle: boolean
  readonly refusedLogins: number
  /** Says goodbye and closes. May be called twice. */
  close(): Promise<void>
}

/** One device's MQTT connection: QoS 1, a birth message and a last will; it comes back by itself. */
export type DeviceLink = Line & Link

const BACKOFF_MS = { first: 500, most: 30_000 }
const GOODBYE_MS = 1000
const KEEP_ALIVE_S = 60
/** MQTT 3.1.1 table 3.1 and MQTT 5 §3.2.2.2: bad user name or password, not authorised. */
const LOGIN_REFUSED = new Set([4, 5, 134, 135])

export function createDeviceLink(options: DeviceLinkOptions): DeviceLink {
  const { mqttUrl, deviceId, token, log, renewToken, keepAliveS = KEEP_ALIVE_S } = options
  const topic = `huying/v1/${deviceId}`
  let client: MqttClient | null = null
  let password = token
  let refusedLogins = 0
  let retry: NodeJS.Timeout | undefined
  const outbox = createOutbox(
    () => client?.connected === true,
    ({ channel, payload }, done) => client?.publish(topicOf(deviceId, channel), payload, { qos: 1 }, done),
    options.onIdle,
  )

  function join(): MqttClient {
    const joined = connect(mqttUrl, {
      clientId: deviceId,
      username: deviceId,
      password,
      keepalive: keepAliveS,
      reconnectPeriod: BACKOFF_MS.first,
      will: { topic: `${topic}/status`, payload: Buffer.from('{"online":false}'), qos: 1, retain: false },
    })
    joined.on('connect', () => {
      joined.options.reconnectPeriod = BACKOFF_MS.first
      joined.publish(`${topic}/status`, '{"online":true}', { qos: 1 })
      outbox.pump()
    })
    joined.on('close', () => {
      joined.options.reconnectPeriod = Math.min(BACKOFF_MS.most, backoffOf(joined) * 2)
    })
    joined.on('error', (err) => onError(joined, err))
    return joined
  }

  /** A refused login is the one case in which mqtt.js does not try again by itself. */
  function onError(joined: MqttClient, err: Error): void {
    const code = 'code' in err ? err.code : undefined
    if (typeof code !== 'number') {
      log.debug({ deviceId, err }, 'simulated device lost its connection')
      return
    }
    refusedLogins++
    log.warn({ deviceId, code }, 'simulated device was refused by the broker')
    retry = setTimeout(() => void reconnect(joined, LOGIN_REFUSED.has(code)), backoffOf(joined))
  }

  async function reconnect(joined: MqttClient, needsToken: boolean): Promise<void> {
    try {
      if (needsToken) password = await renewToken()
    } catch (err) {
      log.debug({ deviceId, err }, 'simulated device got no new token')
    }
    if (client !== joined) return
    joined.options.password = password
    joined.reconnect()
  }

  return {
    get isConnected() {
      return client?.connected === true
    },
    get refusedLogins() {
      return refusedLogins
    },
    counts: outbox.counts,
    get isIdle() {
      return client === null || outbox.isIdle
    },
    send: outbox.push,
    open() {
      client ??= join()
      return connected(client)
    },
    cut() {
      clearTimeout(retry)
      client?.end(true)
      client = null
      outbox.forget()
    },
    async close() {
      const closing = client
      client = null
      clearTimeout(retry)
      if (closing === null) return
      if (closing.connected) await sayGoodbye(closing, `${topic}/status`)
      await closing.endAsync(true)
      outbox.forget()
    },
  }
}

export function topicOf(deviceId: string, channel: Message['channel']): string {
  const isDji = channel === 'events' || channel === 'osd'
  return isDji ? `thing/product/${deviceId}/${channel}` : `huying/v1/${deviceId}/${channel}`
}

function backoffOf(client: MqttClient): number {
  return client.options.reconnectPeriod ?? BACKOFF_MS.first
}

export function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    if (client.connected) resolve()
    else client.once('connect', () => resolve())
  })
}

/** The goodbye is acknowledged after what was sent before it; a broker that is stuck is not waited for. */
function sayGoodbye(client: MqttClient, statusTopic: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GOODBYE_MS)
    client.publish(statusTopic, '{"online":false}', { qos: 1 }, () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
