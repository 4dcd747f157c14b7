import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'
import type { ErrorBody } from '../dashboards/contract.ts'
import type { Config } from './config-schema.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A running huying, as the command line talks to it. */
export interface ApiClient {
  /**
   * A body that is a text goes as YAML, any other as JSON. Throws AppError with the server's code, `internal` when it
   * cannot be reached.
   */
  call<T>(method: Method, path: string, body?: unknown): Promise<T>
  /** Sends bytes as they are. */
  upload<T>(path: string, bytes: Buffer, contentType: string): Promise<T>
  /** What is served as a text. */
  text(path: string): Promise<string>
  /** What is served as a file, piece by piece. */
  download(path: string): Promise<AsyncIterable<Uint8Array>>
}

export function createApiClient(url: string, token: string): ApiClient {
  async function ask(method: Method, path: string, body?: unknown, contentType = typeOf(body)): Promise<Response> {
    const isWhole = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: isWhole ? body : JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new AppError('internal', `nobody answers at ${url}; is the service running?`, {}, { cause })
    })
    if (response.ok) return response
    const { error } = (await response.json().catch(() => ({}))) as Partial<ErrorBody>
    throw new AppError(
      error?.code ?? 'internal',
      error?.message ?? `${url} answered ${response.status}`,
      error?.details,
    )
  }

  return {
    call: async <T>(method: Method, path: string, body?: unknown) =>
      (await (await ask(method, path, body)).json().catch(() => ({}))) as T,
    upload: async <T>(path: string, bytes: Buffer, contentType: string) =>
      (await (await ask('POST', path, bytes, contentType)).json()) as T,
    text: async (path) => (await ask('GET', path)).text(),
    download: async (path) => (await ask('GET', path)).body ?? (async function* () {})(),
  }
}

function typeOf(body: unknown): string {
  return typeof body === 'string' ? 'application/yaml' : 'application/json'
}

/** The admin token: given, configured, or the one that the service made in its data folder. */
export function findToken(config: Config, given?: string): string {
  if (given) return given
  if (config.http.adminToken) return config.http.adminToken
  const file = join(config.dataDir, 'admin-token')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new AppError('unauthorized', `no admin token: give --token, set HUYING_ADMIN_TOKEN, or run where ${file} is`)
}
