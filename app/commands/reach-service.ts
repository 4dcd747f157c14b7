import type { Command } from 'commander'
import { type ApiClient, createApiClient, findToken } from '../api-client.ts'
import { configOf } from './service.ts'

/** Options of every command that talks to a running service. */
export interface Reaching {
  url?: string
  token?: string
}

export function reaching(command: Command): Command {
  return command.option('--url <url>', 'where the service is').option('--token <token>', 'admin token')
}

export function clientOf(program: Command, { url, token }: Reaching): ApiClient {
  const config = configOf(program)
  return createApiClient(url ?? `http://127.0.0.1:${config.http.port}`, findToken(config, token))
}

export function pathOf(id: string, rest = ''): string {
  return `/api/v1/rules/${encodeURIComponent(id)}${rest}`
}
