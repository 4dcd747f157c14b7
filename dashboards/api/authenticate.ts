import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { tokenOfProtocols } from '../../core/token-of-protocols.ts'
import type { Rights } from '../contract.ts'
import type { ApiServer, Caller } from './api-server.ts'
import type { ApiPorts } from './ports.ts'
import { isOwnOrigin, remoteOf } from './remote-of.ts'

const RANK: Record<Rights, number> = { view: 0, operate: 1, admin: 2 }

type IdentityPorts = Pick<ApiPorts, 'authorise' | 'registry' | 'allowedOrigins'>

/** Makes every path under `/api` say who is asking before anything of the body is read, and refuses who may not. */
export function authenticate(app: ApiServer, ports: IdentityPorts): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return
    const { needs = 'view', forDevices = false } = request.routeOptions.config
    const caller = callerOf(request, ports)
    if (caller === null) throw new AppError('unauthorized', 'a valid token is needed')
    if (!isAllowed(caller, needs, forDevices)) throw new AppError('forbidden', 'not allowed', { needs })
    request.caller = caller
  })
}

function isAllowed(caller: Caller, needs: Rights | 'originals', forDevices: boolean): boolean {
  if (caller.kind === 'device') return forDevices
  if (needs === 'originals') return seesOriginals(caller)
  return RANK[caller.rights] >= RANK[needs]
}

/** Whether they may see pictures as the camera took them, people and all. */
export function seesOriginals(caller: Caller): boolean {
  return caller.kind === 'client' && (caller.rights === 'admin' || caller.originals === true)
}

function callerOf(request: FastifyRequest, ports: IdentityPorts): Caller | null {
  const header = request.headers.authorization
  if (header?.toLowerCase().startsWith('basic ')) return deviceCaller(header.slice(6), ports)
  const remote = remoteOf(request.raw)
  const bearer = header?.toLowerCase().startsWith('bearer ') ? header.slice(7).trim() : null
  if (header !== undefined && bearer === null) return null
  const token = bearer ?? tokenOfProtocols(request.headers['sec-websocket-protocol'])
  // Without a token the connection itself is the credential, and any page in the browser could borrow it.
  if (token === null && !isOwnOrigin(remote, ports.allowedOrigins ?? [])) return null
  const granted = ports.authorise(token, remote)
  return granted === null ? null : { kind: 'client', ...granted }
}

function deviceCaller(encoded: string, ports: IdentityPorts): Caller | null {
  const [id, ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
  if (id === undefined || rest.length === 0) return null
  return ports.registry.verify(id, rest.join(':')) ? { kind: 'device', name: id } : null
}
