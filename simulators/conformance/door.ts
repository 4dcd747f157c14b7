import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { Certificate } from './certificates.ts'
import type { Way } from './way.ts'

/** Where devices come in. */
export interface Door {
  port: number
  /** From now on somebody else's certificate is shown, or the right one again. */
  show(certificate: Certificate): void
  close(): Promise<void>
}

export interface DoorOptions {
  way: Way
  host: string
  /** 0 takes a free one. */
  port: number
  /** For `tls` and `wss`. */
  certificate?: Certificate
  /** What the connection carries is plain MQTT; `subprotocol` is what was agreed on over a WebSocket, or empty. */
  onConnection(device: Duplex, subprotocol?: string): void
  /** A WebSocket brought text, which MQTT never is [MQTT-6.0.0-1]. */
  onText?(device: Duplex): void
  /** The device broke off while TLS was being agreed on: it does not trust the certificate, or speaks no TLS. */
  onRefused?(detail: string): void
}

/** Listens; rejects when the port is taken. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const server = createDoorServer(options)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', ({ message }: Error) => options.onRefused?.(message))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    show(certificate) {
      if ('setSecureContext' in server) (server as TlsServer).setSecureContext(certificate)
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function createDoorServer(options: DoorOptions): Server {
  const { way, certificate = {}, onConnection } = options
  const accept = (socket: Socket | TLSSocket) => onConnection(socket.setNoDelay(true))
  switch (way) {
    case 'tcp':
      return createServer(accept)
    case 'tls':
      return createTlsServer(certificate, accept)
    case 'ws':
      return withWebSockets(createHttpServer(), options)
    case 'wss':
      return withWebSockets(createHttpsServer(certificate), options)
  }
}

function withWebSockets<S extends HttpServer>(server: S, { onConnection, onText = () => {} }: DoorOptions): S {
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })
  sockets.on('connection', (socket) => {
    const device = createWebSocketStream(socket)
    socket.on('message', (_bytes, isBinary) => {
      if (!isBinary) onText(device)
    })
    onConnection(device, socket.protocol)
  })
  return server
}
