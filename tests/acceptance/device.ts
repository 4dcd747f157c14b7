import mqtt, { type MqttClient } from 'mqtt'
import type { Service } from './service.ts'

/** A device at its broker, as a device maker would write it: QoS 1, no magic. */
export interface Device {
  client: MqttClient
  /** Resolves with the acknowledgement; `at` is now unless given. */
  send(values: Record<string, number>, more?: { seq?: number; at?: number | string }): Promise<void>
  close(): Promise<void>
}

/** Connects with id and token. Without `reconnect` a broken connection stays broken. */
export async function connectDevice(
  at: Pick<Service, 'mqttUrl'>,
  id: string,
  token: string,
  options: { reconnect?: boolean; username?: string } = {},
): Promise<Device> {
  const client = await mqtt.connectAsync(at.mqttUrl, {
    username: options.username ?? id,
    password: token,
    clientId: id,
    reconnectPeriod: options.reconnect ? 200 : 0,
  })
  client.on('error', () => {})
  return {
    client,
    async send(values, more = {}) {
      const message = JSON.stringify({ at: Date.now(), ...more, values })
      await client.publishAsync(`huying/v1/${id}/readings`, message, { qos: 1 })
    },
    async close() {
      await client.endAsync(true)
    },
  }
}
