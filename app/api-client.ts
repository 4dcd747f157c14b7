import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '../core/errors.ts'
import type { Config } from './config-schema.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A running huying, as the command line talks to it. */
export interface ApiClient {
  /**
   * A body that is a text goes as YAML, any other as JSON. Throws AppError with the server's code, `internal` when it
   * cannot be reached.
   */
  call<T>(method: Method, path: string, body?: unknown): Promise<T>
  /** What is served as a text. */
  text(path: string): Promise<string>
  /** What is served as a file, piece by piece. */
  download(path: string): Promise<AsyncIterable<Uint8Array>>
}

export function createApiClient(url: string, token: string): ApiClient {
  async function ask(method: Method, path: string, body?: unknown): Promise<Response> {
    const isText = typeof body === 'string'
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': isText ? 'application/yaml' : 'application/json' }),
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new AppError('internal', `nobody answers at ${url}; is the service running?`, {}, { cause })
    })
    if (response.ok) return response
    const { error } = (await response.json().catch(() => ({}))) as { error?: { code: ErrorCode; message: string } }
    throw new AppError(error?.code ?? 'internal', error?.message ?? `${url} answered ${response.status}`)
  }

  return {
    call: async <T>(method: Method, path: string, body?: unknown) =>
      (await (await ask(method, path, body)).json().catch(() => ({}))) as T,
    text: async (path) => (await ask('GET', path)).text(),
    download: async (path) => (await ask('GET', path)).body ?? (async function* () {})(),
  }
}

/** The admin token: given, configured, or the one that the service made in its data folder. */
export function findToken(config: Config, given?: string): string {
  if (given) return given
  if (config.http.adminToken) return config.http.adminToken
  const file = join(config.dataDir, 'admin-token')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new AppError('unauthorized', `no admin token: give --token, set HUYING_ADMIN_TOKEN, or run where ${file} is`)
}
