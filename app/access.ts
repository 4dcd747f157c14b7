import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Granted } from '../dashboards/api/api-server.ts'
import type { ApiPorts } from '../dashboards/api/ports.ts'

/** Who comes with this token, or from this place without one; null: nobody we let in. */
export type Authorise = ApiPorts['authorise']

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** A token of the configuration, and what it gives. */
export type ConfiguredToken = Granted & { token: string }

/**
 * The admin token has all rights, each of `others` those it is given. With `trustLoopback` a browser on this machine needs none; the Host and Origin checks
 * keep foreign pages (and names that resolve to 127.0.0.1) from using that.
 */
export function createAuthorise(
  adminToken: string,
  trustLoopback: boolean,
  others: readonly ConfiguredToken[] = [],
): Authorise {
  const expected = digest(adminToken)
  const granted = new Map(others.map(({ token, ...grant }) => [digest(token).toString('hex'), grant]))
  return (token, remote) => {
    if (token !== null && timingSafeEqual(digest(token), expected)) return { name: 'admin', rights: 'admin' }
    if (token !== null) return granted.get(digest(token).toString('hex')) ?? null
    if (!trustLoopback || !remote.loopback || !LOCAL_HOST.test(remote.host ?? '')) return null
    if (remote.origin !== undefined && remote.origin !== `http://${remote.host}`) return null
    return { name: 'local', rights: 'admin' }
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The configured token, else the one in `admin-token` of the data folder, made there (mode 600) on first start. */
export function adminToken(configured: string, dataDir: string): { token: string; file?: string } {
  if (configured !== '') return { token: configured }
  const file = join(dataDir, 'admin-token')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    chmodSync(file, 0o600)
  }
  return { token: readFileSync(file, 'utf8').trim(), file }
}
