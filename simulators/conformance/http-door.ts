import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../core/clock.ts'
import { readBody } from './read-body.ts'
import type { RequestFacts } from './trace.ts'
import type { TraceLog } from './trace-log.ts'

/** The service's HTTP as devices see it: what they ask is written down, and they can be sent away. */
export interface HttpDoor {
  port: number
  /** Answers 503 with `Retry-After` until `comeBack`. */
  goAway(): void
  comeBack(): void
  close(): Promise<void>
}

/** How long a device that is sent away is asked to wait, s. */
export const RETRY_AFTER_S = 2

export interface HttpDoorOptions {
  /** Where the service is, with scheme. */
  service: string
  listen: { host: string; port: number }
  clock: Clock
  trace: TraceLog
  /** What the service would make of a body. */
  inspect(request: { path: string; type: string; body: Buffer }): Promise<Partial<RequestFacts>>
}

/** Listens; rejects when the port is taken. */
export async function openHttpDoor({ service, listen, clock, trace, inspect }: HttpDoorOptions): Promise<HttpDoor> {
  let isAway = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = clock.nowMs()
    const body = await readBody(request)
    if (body === null) return void response.writeHead(413, { connection: 'close' }).end()
    const { method = 'GET', url: path = '/', headers } = request
    const facts: RequestFacts = {
      ...{ method, path, user: userOf(headers), status: 0, bytes: body.length, digest: '' },
      ...(await inspect({ path, type: headers['content-type'] ?? '', body })),
    }
    trace.note({ kind: 'request', atMs, request: facts })
    if (isAway) {
      facts.status = 503
      const text = JSON.stringify({ error: { code: 'overloaded', message: 'try again later' } })
      const head = { 'retry-after': `${RETRY_AFTER_S}`, 'content-type': 'application/json' }
      return void response.writeHead(503, head).end(text)
    }
    const answered = await fetch(`${service}${path}`, {
      method,
      headers: withoutHops(headers),
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
    })
    facts.status = answered.status
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'application/json' })
    response.end(Buffer.from(await answered.arrayBuffer()))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen.port, listen.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    goAway() {
      isAway = true
    },
    comeBack() {
      isAway = false
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Of `Authorization: Basic`, or of Pilot's `x-auth-token: {sn}:{token}`. */
function userOf(headers: IncomingMessage['headers']): string | null {
  const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? []
  const said = basic === undefined ? headers['x-auth-token'] : Buffer.from(basic, 'base64').toString('utf8')
  return typeof said === 'string' && said.includes(':') ? said.slice(0, said.indexOf(':')) : null
}

const HOPS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'keep-alive'])

function withoutHops(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (HOPS.has(name) ? [] : [[name, String(value)]])),
  )
}
