import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '../core/errors.ts'
import type { Config } from './config-schema.ts'

/** A running huying, as the command line talks to it. */
export interface ApiClient {
  /** Throws AppError with the server's code, `internal` when it cannot be reached. */
  call<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T>
}

export function createApiClient(url: string, token: string): ApiClient {
  return {
    async call<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((cause: unknown) => {
        throw new AppError('internal', `nobody answers at ${url}; is the service running?`, {}, { cause })
      })
      const answer = (await response.json().catch(() => ({}))) as { error?: { code: ErrorCode; message: string } }
      if (!response.ok)
        throw new AppError(
          answer.error?.code ?? 'internal',
          answer.error?.message ?? `${url} answered ${response.status}`,
        )
      return answer as T
    },
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
