import { AppError } from '../../core/errors.ts'
import type { SimulatedDevice } from '../fleet.ts'

export interface Registration {
  /** `http://host:port` of the service. */
  httpUrl: string
  /** Bearer token with the right to register devices. */
  adminToken: string
  /** Ends waiting calls. */
  signal: AbortSignal
}

const PATIENCE_MS = 30_000
const CONFLICT = 409
/** Answers after which the service may do better in a moment. */
const BUSY = new Set([425, 429, 500, 502, 503, 504, 507])

/**
 * Registers the device and returns its token; one that is registered already gets a new token. Throws `overloaded`
 * when trying again can help, `unauthorized`, `forbidden` or `bad_request` when not, `stopped` when the signal ended it.
 */
export async function registerDevice(device: SimulatedDevice, registration: Registration): Promise<string> {
  const { id, type, name, place, position, reportEveryS } = device
  const spec = { id, type, name, place, position, reportEveryS }
  const created = await post('/api/v1/devices', spec, registration)
  if (created.status !== CONFLICT) return readToken(created, id)
  return renewToken(id, registration)
}

/** A new token for a registered device; the old one stops working. */
export async function renewToken(deviceId: string, registration: Registration): Promise<string> {
  const path = `/api/v1/devices/${encodeURIComponent(deviceId)}/token`
  return readToken(await post(path, {}, registration), deviceId)
}

async function post(path: string, body: object, { httpUrl, adminToken, signal }: Registration): Promise<Response> {
  try {
    return await fetch(new URL(path, httpUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
  } catch (cause) {
    if (signal.aborted) throw new AppError('stopped', 'the simulation was stopped', {}, { cause })
    throw new AppError('overloaded', 'the service does not answer', { httpUrl }, { cause })
  }
}

async function readToken(response: Response, deviceId: string): Promise<string> {
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string')
    return body.token
  const { status } = response
  const facts = { deviceId, status }
  if (status === 401) throw new AppError('unauthorized', 'the service does not accept the admin token', facts)
  if (status === 403) throw new AppError('forbidden', 'the admin token may not register devices', facts)
  if (BUSY.has(status)) throw new AppError('overloaded', 'the service could not register a device now', facts)
  throw new AppError('bad_request', 'the service refused to register a device', facts)
}
