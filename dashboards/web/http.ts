import type { ErrorBody } from '../contract.ts'

/** An answer that was not 2xx, or none at all (`status` 0). */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  /** Of the error; the whole answer where it was something else, as from `/readyz`. */
  readonly details: Record<string, unknown>

  constructor(status: number, code: string, message: string, requestId: string | null, details = {}) {
    super(message)
    this.name = 'ApiFailure'
    this.status = status
    this.code = code
    this.requestId = requestId
    this.details = details
  }
}

/** How the page speaks to the service: the only file that fetches. Rejects with `ApiFailure`. */
export interface Http {
  get<T>(path: string): Promise<T>
  /** A picture or a file as bytes, since an `<img>` cannot send a token. */
  blob(path: string): Promise<Blob>
  /** A `Blob` is sent as it is, anything else as JSON. `key`: the same again means the same request, so that sending it twice does nothing twice. */
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object, options?: SendOptions): Promise<T>
}

export interface SendOptions {
  key?: string
  /** Goes out even while the page is being closed; at most 64 KB of such requests at once. */
  outlivesPage?: boolean
}

export function createHttp(token: string | null): Http {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...authorization, ...(init.headers as Record<string, string>) }
    const response = await fetch(path, { ...init, headers }).catch((cause) => {
      throw new ApiFailure(0, 'unreachable', String(cause), null)
    })
    if (!response.ok) throw await failureOf(response)
    return response
  }

  return {
    get: async <T>(path: string) => (await ask(path)).json() as Promise<T>,
    blob: async (path) => (await ask(path)).blob(),
    async send<T>(
      method: string,
      path: string,
      body?: object,
      { key = randomKey(), outlivesPage = false }: SendOptions = {},
    ) {
      const headers = {
        'idempotency-key': key,
        ...(body !== undefined && { 'content-type': body instanceof Blob ? body.type : 'application/json' }),
      }
      const response = await ask(path, {
        ...{ method, headers, keepalive: outlivesPage },
        ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
      })
      return (response.status === 204 ? undefined : await response.json()) as T
    },
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const requestId = response.headers.get('x-request-id')
  const body = (await response.json().catch(() => ({}))) as ErrorBody | { error?: undefined }
  const { code, message, details } = body.error ?? { code: 'internal', message: response.statusText, details: body }
  return new ApiFailure(response.status, code, message, requestId, details)
}

/** `crypto.randomUUID` is missing on plain HTTP; random values are not. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
