import { connect, type MqttClient } from 'mqtt'
import type { Log } from '../../core/log.ts'
import { connected, type Line, type Link, topicOf } from './device-link.ts'
import { createOutbox, type Message, type OutboxBounds } from './outbox.ts'

/** One connection for many devices, as of a gateway. The broker must let it speak for them. */
export interface SharedLink extends Link {
  /** A device behind it that is cut off only falls silent. */
  lineOf(deviceId: string): Line
}

const BOUNDS: OutboxBounds = { waiting: 20_000, inFlight: 500 }
const RECONNECT_MS = 500
const QUIET: Line['cut'] = () => {}

/** Connects when the first device opens its line; comes back by itself. */
export function createSharedLink(options: {
  /** With user name and password, where the broker asks for them. */
  mqttUrl: string
  clientId: string
  log: Log
  onIdle?: () => void
}): SharedLink {
  const { mqttUrl, clientId, log, onIdle } = options
  let client: MqttClient | null = null
  let ready = Promise.resolve()
  const outbox = createOutbox<Message & { deviceId: string }>(
    () => client?.connected === true,
    ({ deviceId, channel, payload }, done) => client?.publish(topicOf(deviceId, channel), payload, { qos: 1 }, done),
    onIdle,
    BOUNDS,
  )

  function open(): Promise<void> {
    if (client === null) {
      client = connect(mqttUrl, { clientId, reconnectPeriod: RECONNECT_MS })
      client.on('connect', outbox.pump)
      client.on('error', (err) => log.debug({ clientId, err }, 'simulated gateway lost its connection'))
      ready = connected(client)
    }
    return ready
  }

  return {
    get isConnected() {
      return client?.connected === true
    },
    get isIdle() {
      return outbox.isIdle
    },
    refusedLogins: 0,
    counts: outbox.counts,
    lineOf: (deviceId) => ({ open, cut: QUIET, send: (message) => outbox.push({ ...message, deviceId }) }),
    async close() {
      const closing = client
      client = null
      await closing?.endAsync()
      outbox.forget()
    },
  }
}
