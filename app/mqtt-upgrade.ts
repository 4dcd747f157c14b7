import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Broker } from '../ingest/broker.ts'

/** MQTT over WebSocket under the HTTP port. The broker does its own log-in, so nobody is turned away here. */
export function createMqttUpgrade(broker: Broker, maxPayload: number) {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    server.handleUpgrade(request, socket, head, (webSocket) => broker.attachWebSocket(webSocket))
  }
}
