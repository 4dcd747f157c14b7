import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { SUBPROTOCOL } from '../../core/dispatch-client/subprotocol.ts'
import type { Log } from '../../core/log.ts'
import { tokenOfProtocols } from '../../core/token-of-protocols.ts'
import type { DispatchHub, LiveSocket } from './dispatch-hub.ts'
import { MAX_MESSAGE_BYTES } from './protocol.ts'
import type { Identity } from './session.ts'

export const DISPATCH_PATH = '/api/v1/dispatch'

/** Who comes with this token; null: nobody we know. `token` is null when none was given. `forbidden`: known, and may not. */
export type Authorise = (
  token: string | null,
  request: IncomingMessage,
) => Identity | 'forbidden' | null | Promise<Identity | 'forbidden' | null>

interface DispatchUpgradeOptions {
  hub: DispatchHub
  authorise: Authorise
  log: Log
}

/**
 * Handler of HTTP upgrades on `DISPATCH_PATH`. The token comes as `Authorization: Bearer …` or, from browsers, as a second
 * subprotocol, see `tokenOfProtocols`. Answers 401 (no such token), 403 (its rights are too few), 400 (other subprotocols only) or 503 before any upgrade.
 */
export function createDispatchUpgrade(
  options: DispatchUpgradeOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { hub, authorise, log } = options
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const offered = offeredProtocols(request)
    const identity = await authorise(bearerToken(request), request)
    if (socket.destroyed) return
    if (!identity) return decline(socket, 401, 'Unauthorized', 'WWW-Authenticate: Bearer\r\n')
    if (identity === 'forbidden') return decline(socket, 403, 'Forbidden')
    if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) return decline(socket, 400, 'Bad Request')
    if (!hub.accepts) return decline(socket, 503, 'Service Unavailable')
    server.handleUpgrade(request, socket, head, (webSocket) => attach(hub, webSocket, identity))
  }

  return (request, socket, head) => {
    const onError = () => socket.destroy()
    socket.on('error', onError)
    admit(request, socket, head).catch((err: unknown) => {
      log.error({ err }, 'dispatch upgrade failed')
      decline(socket, 500, 'Internal Server Error')
    })
  }
}

function attach(hub: DispatchHub, webSocket: WebSocket, identity: Identity): void {
  const socket: LiveSocket = {
    send: (message) => webSocket.send(message, { binary: false }, () => connection.drained()),
    get bufferedBytes() {
      return webSocket.bufferedAmount
    },
    close: (code, reason) => webSocket.close(code, reason),
    ping: () => webSocket.ping(),
    terminate: () => webSocket.terminate(),
  }
  const connection = hub.connect(socket, identity)
  webSocket.on('message', (data, isBinary) => connection.receive(toBuffer(data), isBinary))
  webSocket.on('pong', () => connection.alive())
  webSocket.on('close', () => connection.gone())
  webSocket.on('error', () => connection.gone())
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

function offeredProtocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? ''
  return header
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '')
}

function bearerToken({ headers }: IncomingMessage): string | null {
  const header = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return header ?? tokenOfProtocols(headers['sec-websocket-protocol'])
}

function decline(socket: Duplex, status: number, phrase: string, headers = ''): void {
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
