import type { DeviceLine } from '../core/device-line.ts'
import type { Log } from '../core/log.ts'
import type { UpgradeHandler } from '../dashboards/api/upgrades.ts'
import { createBroker } from '../ingest/broker.ts'
import type { DeliveryPorts, MessageKind } from '../ingest/delivery.ts'
import { createExternalBroker } from '../ingest/external-broker.ts'
import type { IngestLimits } from '../ingest/limits.ts'
import type { Config } from './config-schema.ts'
import { createMqttUpgrade } from './mqtt-upgrade.ts'

/** The MQTT side, whichever broker it is. */
export interface Doors {
  /** Resolves with the TCP port, 0 with an external broker. */
  start(): Promise<number>
  stop(): Promise<void>
  /** Null with an external broker: it is that broker's to speak to devices. */
  line: DeviceLine | null
  /** WebSocket paths of the HTTP server that belong to it. */
  upgrades: Record<string, UpgradeHandler>
  status(): {
    connections: number
    messages: Readonly<Record<MessageKind, number>>
    held: number
    heldBytes: number
    /** Why devices cannot reach us, when they cannot. */
    fault: string | null
  }
}

export interface DoorOptions extends DeliveryPorts {
  config: Config
  /** Names our session at an external broker. */
  clientId: string
  limits: Partial<IngestLimits>
  log: Log
}

export function createDoors(options: DoorOptions): Doors {
  const { config, clientId, ...shared } = options
  const { url, host, port, enrolment } = config.mqtt
  if (url) {
    const external = createExternalBroker({ ...shared, url, enrolment, clientId })
    return {
      async start() {
        external.start()
        return 0
      },
      stop: external.stop,
      line: null,
      upgrades: {},
      status() {
        const { isConnected, lastError, messages, held, heldBytes } = external.status()
        const fault = isConnected ? null : (lastError ?? 'not connected yet')
        return { connections: isConnected ? 1 : 0, messages, held, heldBytes, fault }
      },
    }
  }
  const broker = createBroker({ ...shared, host, port, enrolment })
  return {
    start: broker.start,
    stop: broker.stop,
    line: broker,
    upgrades: { '/mqtt': createMqttUpgrade(broker, config.http.maxFrameBytes + 4096) },
    status: () => ({ ...broker.status(), fault: null }),
  }
}
