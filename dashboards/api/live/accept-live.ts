import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { LIVE_PROTOCOL } from '../../contract.ts'
import type { ApiPorts } from '../ports.ts'
import { isOwnOrigin, remoteOf } from '../remote-of.ts'
import { declineUpgrade, type UpgradeHandler } from '../upgrades.ts'
import { tokenOfProtocols } from './token-of-protocols.ts'

/** Browsers only ask for the time of the way; anything longer is not theirs. */
const MAX_MESSAGE_BYTES = 4 * 1024
const MAX_BROWSERS = 256

/** Lets a browser onto the live feed if its page is ours and its token (or its place) allows viewing. */
export function acceptLive(
  ports: Pick<ApiPorts, 'authorise' | 'allowedOrigins'>,
  join: (socket: WebSocket) => void,
): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
  })
  return (request, socket, head) => {
    const remote = remoteOf(request)
    if (!isOwnOrigin(remote, ports.allowedOrigins ?? [])) return declineUpgrade(socket, 403, 'Forbidden')
    const token = tokenOfProtocols(request.headers['sec-websocket-protocol'])
    if (ports.authorise(token, remote) === null) return declineUpgrade(socket, 401, 'Unauthorized')
    if (server.clients.size >= MAX_BROWSERS) return declineUpgrade(socket, 503, 'Service Unavailable')
    server.handleUpgrade(request, socket, head, join)
  }
}
