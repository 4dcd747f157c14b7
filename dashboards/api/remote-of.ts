import type { IncomingMessage } from 'node:http'
import type { Remote } from './ports.ts'

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** A request that came through a proxy is never "from this machine", whatever address the proxy has. */
export function remoteOf(request: IncomingMessage): Remote {
  const { headers } = request
  const proxied = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return {
    loopback: !proxied && LOOPBACK.test(request.socket.remoteAddress ?? ''),
    host: headers.host,
    origin: headers.origin,
  }
}

/** True for pages that this server sent itself, for allowed ones, and for programs (which name no origin). */
export function isOwnOrigin(remote: Remote, allowedOrigins: readonly string[]): boolean {
  if (remote.origin === undefined) return true
  if (allowedOrigins.includes(remote.origin)) return true
  return URL.canParse(remote.origin) && new URL(remote.origin).host === remote.host
}
