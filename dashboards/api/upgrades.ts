import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Takes over a connection that asked to become a WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Ends an upgrade with a plain HTTP answer. */
export function declineUpgrade(socket: Duplex, status: number, phrase: string): void {
  socket.once('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Sends each upgrade to the handler of its path; a path that nobody speaks for gets 404. */
export function routeUpgrades(server: Server, handlers: Record<string, UpgradeHandler>): void {
  server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined
    if (handler === undefined) return declineUpgrade(socket, 404, 'Not Found')
    handler(request, socket, head)
  })
}
