import { EventEmitter } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Takes over a connection that asked to become a WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * Sends each upgrade to the handler of its path, which does its own checking and has its own limits. Those of `ownPaths`
 * are told to the returned emitter, as a server would; a path that nobody speaks for gets 404.
 */
export function routeUpgrades(
  server: Server,
  handlers: Record<string, UpgradeHandler>,
  ownPaths: readonly string[],
): EventEmitter {
  const own = new EventEmitter()
  server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined
    if (handler) handler(request, socket, head)
    else if (ownPaths.includes(path)) own.emit('upgrade', request, socket, head)
    else declineNotFound(socket)
  })
  return own
}

function declineNotFound(socket: Duplex): void {
  socket.once('error', () => socket.destroy())
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}
