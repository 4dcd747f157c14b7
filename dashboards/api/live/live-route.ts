import type { EventEmitter } from 'node:events'
import websocket from '@fastify/websocket'
import type { WebSocket } from 'ws'
import { AppError } from '../../../core/errors.ts'
import { LIVE_PROTOCOL } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { isOwnOrigin, remoteOf } from '../remote-of.ts'

export const LIVE_PATH = '/api/v1/live'
/** Browsers only ask for the time of the way; anything longer is not theirs. */
const MAX_MESSAGE_BYTES = 4 * 1024
const MAX_BROWSERS = 256

/**
 * WebSockets of the API's own. Register it before everything that can turn a request away, so that it ends the connection
 * of an upgrade that was refused. `upgrades` tells of the upgrades that are the API's, as a server would.
 */
export async function takeUpgrades(app: ApiServer, upgrades: EventEmitter): Promise<void> {
  await app.register(websocket, {
    options: {
      server: upgrades as never,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: (offered: Set<string>) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
    },
    // The feed says goodbye itself.
    preClose: (done) => done(),
  })
}

/** Lets a browser onto the live feed if its page is ours; who may view is decided as for every path under `/api`. */
export function liveRoute(
  app: ApiServer,
  ports: Pick<ApiPorts, 'allowedOrigins'>,
  join: (socket: WebSocket) => void,
): void {
  const preValidation = async ({ raw }: { raw: Parameters<typeof remoteOf>[0] }) => {
    if (!isOwnOrigin(remoteOf(raw), ports.allowedOrigins ?? []))
      throw new AppError('forbidden', 'not from a page of ours')
    if (app.websocketServer.clients.size >= MAX_BROWSERS) throw new AppError('overloaded', 'too many pages are open')
  }
  app.get(LIVE_PATH, { websocket: true, preValidation }, (socket) => join(socket))
}
